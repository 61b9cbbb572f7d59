"""dashboards - what draws the times of the tests: a dashboard of Grafana for Prometheus, and for Graphite and InfluxDB as
Icinga 2 writes them; and a template for the Graphite module of Icinga Web

Each has the steps stacked, the delivery, the certificates and what has failed. steps: of each program its steps in order.
"""
import json

TITLE = "Mail flow"
# what services are called by contrib/icinga2, and the program of each
COMMANDS = (("mailflow_imap", "check_imap_full"), ("mailflow_pop", "check_pop_full"),
            ("mailflow_smtp", "check_smtp_connectors"))
CERTIFICATES = ("cert_days", "smtp_cert_days")
WORDS = (("OK", "green"), ("WARNING", "yellow"), ("CRITICAL", "red"), ("UNKNOWN", "purple"))
WIDTH, HEIGHT = 24, 9


def all_steps(steps):
    """Of all programs, each once."""
    return list(dict.fromkeys(step for _, program in COMMANDS for step in steps[program]))


# ---- Grafana: panels ----

def mappings():
    return [{"type": "value", "options": {str(code): {"text": word, "color": color, "index": code}
                                          for code, (word, color) in enumerate(WORDS)}}]


def drawn(kind, unit, **custom):
    """The look of a panel; custom is that of curves."""
    look = {"unit": unit, "min": 0, "custom": dict({"drawStyle": "line", "lineWidth": 1, "showPoints": "auto"}, **custom)}
    return {"type": kind, "fieldConfig": {"defaults": look, "overrides": []},
            "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}}}


def stacked():
    return drawn("timeseries", "s", fillOpacity=60, lineInterpolation="stepAfter", stacking={"mode": "normal", "group": "A"})


def curves(unit="s"):
    return drawn("timeseries", unit, fillOpacity=10)


def days():
    made = curves("d")
    made["fieldConfig"]["defaults"].pop("min")
    made["fieldConfig"]["defaults"]["thresholds"] = {"mode": "absolute", "steps": [
        {"color": "red", "value": None}, {"color": "yellow", "value": 7}, {"color": "green", "value": 30}]}
    made["fieldConfig"]["defaults"]["custom"]["thresholdsStyle"] = {"mode": "area"}
    return made


def states():
    return {"type": "state-timeline", "options": {"legend": {"displayMode": "list", "placement": "bottom"},
                                                  "mergeValues": True, "showValue": "never"},
            "fieldConfig": {"defaults": {"mappings": mappings(), "custom": {"fillOpacity": 80}}, "overrides": []}}


class Dashboard:
    """One data source's: what a kind of panel asks, it says in ask()."""
    KIND = NAME = NEEDS = None

    def __init__(self, steps):
        self.steps, self.panels = steps, []

    def source(self):
        return {"type": self.KIND, "uid": "${datasource}"}

    def panel(self, title, look, queries, wide=False):
        number = len(self.panels)
        width = WIDTH if wide else WIDTH // 2
        above = self.panels[-1]["gridPos"] if self.panels else {"x": 0, "y": 0, "w": WIDTH, "h": 0}
        beside = above["x"] + above["w"] + width <= WIDTH
        place = {"x": above["x"] + above["w"] if beside else 0, "y": above["y"] if beside else above["y"] + above["h"],
                 "w": width, "h": HEIGHT}
        targets = [dict(query, refId=chr(ord("A") + n), datasource=self.source()) for n, query in enumerate(queries)]
        self.panels.append(dict(look, id=number + 1, title=title, gridPos=place, datasource=self.source(),
                                targets=targets))

    def variable(self, name, query, label=None, **more):
        return dict({"name": name, "label": label or name.capitalize(), "type": "query", "query": query, "refresh": 2,
                     "sort": 1, "datasource": self.source()}, **more)

    def variables(self):
        raise NotImplementedError

    def draw(self):
        raise NotImplementedError

    def export(self):
        self.draw()
        source = {"name": "datasource", "label": "Data source", "type": "datasource", "query": self.KIND}
        made = {"uid": "mailflow-" + self.KIND, "title": "%s (%s)" % (TITLE, self.NAME), "tags": ["mail", "mailflow"],
                "description": self.NEEDS, "schemaVersion": 37, "version": 1, "editable": True, "refresh": "1m",
                "time": {"from": "now-24h", "to": "now"}, "timezone": "browser",
                "templating": {"list": [source] + self.variables()}, "panels": self.panels}
        return json.dumps(made, indent=1) + "\n"


class Prometheus(Dashboard):
    KIND, NAME = "prometheus", "Prometheus"
    NEEDS = "What mailflow@.timer or --output=openmetrics writes for node_exporter's textfile collector."
    CHOSEN = 'plugin=~"$plugin",server=~"$server",account=~"$account"'
    TARGET = "{{plugin}} {{server}}:{{port}} {{account}}"

    @staticmethod
    def query(expression, legend):
        return {"expr": expression, "legendFormat": legend, "range": True}

    def variables(self):
        many = {"multi": True, "includeAll": True, "allValue": ".*", "current": {"text": "All", "value": "$__all"}}
        return [self.variable("plugin", "label_values(mailflow_up, plugin)", **many),
                self.variable("server", 'label_values(mailflow_up{plugin=~"$plugin"}, server)', **many),
                self.variable("account", 'label_values(mailflow_up{plugin=~"$plugin",server=~"$server"}, account)', **many)]

    def draw(self):
        chosen, target = self.CHOSEN, self.TARGET
        expiry = "mailflow_certificate_expiry_timestamp_seconds{%s}" % chosen
        self.panel("State", states(), [self.query("mailflow_state{%s}" % chosen, target)], wide=True)
        self.panel("Steps, the mean of what is chosen", stacked(), [self.query(
            'avg by (step) (mailflow_step_seconds{%s,step!="total"})' % chosen, "{{step}}")], wide=True)
        self.panel("Whole test", curves(), [self.query('mailflow_step_seconds{%s,step="total"}' % chosen, target)])
        self.panel("Delivery", curves(), [self.query('mailflow_step_seconds{%s,step="delivery"}' % chosen, target)])
        self.panel("Days that certificates are still good for", days(), [self.query(
            "(%s - time()) / 86400" % expiry, "{{server}}:{{port}} {{leg}}")])
        self.panel("Failures by step", stacked_counts(), [self.query(
            "sum by (step) (mailflow_step_failed{%s}) > 0" % chosen, "{{step}}")])


def stacked_counts():
    return drawn("timeseries", "short", drawStyle="bars", fillOpacity=80, stacking={"mode": "normal", "group": "A"})


class Graphite(Dashboard):
    KIND, NAME = "graphite", "Graphite"
    NEEDS = ("What Icinga 2's GraphiteWriter writes by its usual templates; states need enable_send_metadata = true.")
    SERVICE = "icinga2.$host.services.$service.mailflow_*"

    @classmethod
    def query(cls, labels, function, *nodes):
        path = cls.SERVICE + ".perfdata." + ("{%s}" % ",".join(labels) if len(labels) > 1 else labels[0]) + ".value"
        return {"target": "%s(%s, %s)" % (function, path, ", ".join(map(str, nodes)))}

    def variables(self):
        return [self.variable("host", "icinga2.*"),
                self.variable("service", "icinga2.$host.services.*", includeAll=True, multi=True,
                              current={"text": "All", "value": "$__all"})]

    def draw(self):
        self.panel("State", states(), [{"target": "aliasByNode(%s.metadata.state, 1, 3)" % self.SERVICE}], wide=True)
        self.panel("Steps, the mean of what is chosen", stacked(),
                   [self.query(all_steps(self.steps), "groupByNodes", '"average"', 6)], wide=True)
        self.panel("Whole test", curves(), [self.query(["total"], "aliasByNode", 1, 3)])
        self.panel("Delivery", curves(), [self.query(["delivery"], "aliasByNode", 1, 3)])
        self.panel("Days that certificates are still good for", days(),
                   [self.query(CERTIFICATES, "aliasByNode", 1, 3, 6)])
        self.panel("Services that are not OK", stacked_counts(), [
            {"target": "alias(sumSeries(isNonNull(removeBelowValue(%s.metadata.state, 1))), 'not OK')" % self.SERVICE}])


class Influx(Dashboard):
    KIND, NAME = "influxdb", "InfluxDB"
    NEEDS = ("What Icinga 2's InfluxdbWriter writes by its usual templates, asked in InfluxQL (of InfluxDB 2 through a "
             "mapping of its bucket); states need enable_send_metadata = true.")
    CHOSEN = '"hostname" =~ /^$host$/ AND "service" =~ /^$service$/'
    TARGET = "$tag_hostname $tag_service"

    @classmethod
    def query(cls, function, where, tags, alias):
        grouped = ", ".join(["time($__interval)"] + ['"%s"' % tag for tag in tags])
        return {"rawQuery": True, "resultFormat": "time_series", "alias": alias, "query": (
            "SELECT %s FROM /^mailflow_/ WHERE %s%s AND $timeFilter GROUP BY %s fill(null)" % (
                function, cls.CHOSEN, where, grouped))}

    def labels(self, labels, tags, alias):
        return self.query('mean("value")', ' AND "metric" =~ /^(%s)$/' % "|".join(labels), tags, alias)

    def variables(self):
        many = {"multi": True, "includeAll": True, "current": {"text": "All", "value": "$__all"}}
        values = 'SHOW TAG VALUES FROM /^mailflow_/ WITH KEY = "%s"'
        return [self.variable("host", values % "hostname", **many),
                self.variable("service", values % "service" + ' WHERE "hostname" =~ /^$host$/', **many)]

    def draw(self):
        each = ["hostname", "service"]
        self.panel("State", states(), [self.query('last("state")', "", each, self.TARGET)], wide=True)
        self.panel("Steps, the mean of what is chosen", stacked(),
                   [self.labels(all_steps(self.steps), ["metric"], "$tag_metric")], wide=True)
        self.panel("Whole test", curves(), [self.labels(["total"], each, self.TARGET)])
        self.panel("Delivery", curves(), [self.labels(["delivery"], each, self.TARGET)])
        self.panel("Days that certificates are still good for", days(),
                   [self.labels(CERTIFICATES, each + ["metric"], self.TARGET + " $tag_metric")])
        self.panel("Results that are not OK", stacked_counts(),
                   [self.query('count("state")', ' AND "state" > 0', each, self.TARGET)])


# ---- Icinga Web: its module for Graphite ----

COLORS = ("#1a7dd7", "#0b3c68", "#7fb8ea", "#00a878", "#7bd389", "#c8e6c9", "#f2a541", "#f08a4b", "#d7563a", "#8e3b46",
          "#6a4c93", "#b79ced")
STACKED = {"areaMode": "stacked", "areaAlpha": "0.7"}
FILLED = {"areaMode": "all", "areaAlpha": "0.5"}


def web_template(name, command, labels, title, parameters):
    def section(kind, rows):
        return ["[%s.%s]" % (name, kind)] + ['%s = "%s"' % row for row in rows] + [""]

    shown = dict({"min": "0", "lineWidth": "1", "yUnitSystem": "none", "title": title}, **parameters)
    curve = "alias(color($metric$, '%s'), '%s')"
    return (section("graph", [("check_command", command)]) +
            section("metrics_filters", [("%s.value" % label, "$service_name_template$.perfdata.%s.value" % label)
                                        for label in labels]) +
            section("urlparams", shown.items()) +
            section("functions", [("%s.value" % label, curve % (COLORS[n % len(COLORS)], label))
                                  for n, label in enumerate(labels)]))


def web_templates(steps):
    """Lines: of each command its steps, the delivery, the days of certificates."""
    lines = []
    for command, program in COMMANDS:
        name, legs = command.replace("_", "-"), CERTIFICATES
        lines += web_template(name + "-steps", command, steps[program], "Steps (s)", STACKED)
        if "delivery" in steps[program]:
            lines += web_template(name + "-delivery", command, ["delivery"], "Delivery (s)", FILLED)
        else:
            legs = CERTIFICATES[:1]
        lines += web_template(name + "-certificates", command, legs, "Days left of certificates", FILLED)
    return lines[:-1]


def grafana(steps):
    """Pairs of a name and the text."""
    for dashboard in (Prometheus, Graphite, Influx):
        yield dashboard.KIND, dashboard(steps).export()
