# test_property.sh - random mail, other sessions, gateways, and 300 round trips: see "property"

printf '%s\n' "$PASSWORD" | secret pw
PYTHONDONTWRITEBYTECODE=1 "${LAB_TOOL%/lab}/property"
