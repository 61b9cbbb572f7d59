# test_property.sh - random mail, other sessions, gateways, and 300 round trips: see "property"

printf '%s\n' "$PASSWORD" >pw
PYTHONDONTWRITEBYTECODE=1 "${LAB_TOOL%/lab}/property"
