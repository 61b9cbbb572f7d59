"""zabbix_templates - the templates for Zabbix 6.0 and 7.0, in JSON: two a plugin, one of which asks an agent for what
contrib/zabbix/mailflow.conf gives it, while the other runs the plugin as an external check of the server

Each has the report as it is, what dependent items take from it (a label of the performance data each), low-level
discovery of the end points and of the steps that --what-if names, triggers with the state's own word, and a dashboard.
"""
import hashlib
import json

VERSIONS = ("6.0", "7.0")
# name in keys, what services are called, the program
PROGRAMS = (("imap", "IMAP", "check_imap_full"), ("pop", "POP3", "check_pop_full"),
            ("smtp", "SMTP", "check_smtp_connectors"))
STATES = (("WARNING", 1, "WARNING"), ("CRITICAL", 2, "HIGH"), ("UNKNOWN", 3, "AVERAGE"))
GROUP = "Templates/Mail flow"
MEASURES = {"pop": (("messages", ""), ("size", "B"))}
INTERVAL = ("INTERVAL", "5m", "how often it is tested")
NODATA = ("NODATA", "16m", "for so long there may be no report")
# for each end point and step: what is to be found out of the plan, and then in each report
FIND_TARGETS = "return JSON.stringify(JSON.parse(value).targets.map(function (t) { return {target: t.label}; }));"
FIND_STEPS = ("return JSON.stringify([].concat.apply([], JSON.parse(value).targets.map(function (t) { "
              "return (t.planned_steps || []).map(function (s) { return {target: t.label, step: s.name}; }); })));")
COUNT_OK = 'return JSON.parse(value).targets.filter(function (t) { return t.state === "OK"; }).length;'
TARGET = '$.targets[?(@.label == "{#TARGET}")]'
COLORS = ("1A7DD7", "0B3C68", "7FB8EA", "00A878", "7BD389", "C8E6C9", "F2A541", "F08A4B", "D7563A", "8E3B46", "6A4C93",
          "B79CED")
KEY_MAX = 2048  # of Zabbix
# by version: how wide a dashboard is, the types of its widgets, and what ends the names of their fields
BOARDS = {"6.0": (24, {"graph": "GRAPH_CLASSIC", "prototype": "GRAPH_PROTOTYPE", "item": "ITEM"}, ""),
          "7.0": (72, {"graph": "graph", "prototype": "graphprototype", "item": "item"}, ".0")}


def uuid(*words):
    """The same in each run and version; of the form of version 4, which Zabbix wants."""
    text = hashlib.md5(" ".join(words).encode()).hexdigest()
    return text[:12] + "4" + text[13:16] + "8" + text[17:]


def step(kind, *parameters, **more):
    return dict({"type": kind, "parameters": list(parameters)}, **more)


def macro(option):
    return option.name.upper().replace("-", "_")


class Template:
    """What asks is said by those below: REPORT and PLAN are keys of items, in_time what the report's item has besides."""
    HOW = DESCRIPTION = None

    def __init__(self, version, program, steps):
        self.version, (self.name, self.service, self.program), self.steps = version, program, steps
        self.title = "Mail flow %s by %s" % (self.service, self.HOW)

    def report(self):
        raise NotImplementedError

    def plan(self):
        raise NotImplementedError

    def macros(self):
        raise NotImplementedError

    def uuid(self, *words):
        return uuid(self.title, *words)

    def key(self, what):
        return "mailflow.%s.%s" % (self.name, what)

    # ---- items ----

    def item(self, name, key, preprocessing, **more):
        """One that depends on the report."""
        return dict({"uuid": self.uuid(key), "name": "%s: %s" % (self.service, name), "type": "DEPENDENT", "key": key,
                     "delay": "0", "history": "30d", "preprocessing": preprocessing,
                     "master_item": {"key": self.report()["key"]}}, **more)

    def text(self, name, what, path):
        """What is there only when something is wrong."""
        found = step("JSONPATH", path, error_handler="CUSTOM_VALUE", error_handler_params="none")
        return self.item(name, self.key(what), [found], value_type="CHAR", trends="0")

    def number(self, name, key, path, **more):
        """What was not reached has no value."""
        return self.item(name, key, [step("JSONPATH", path, error_handler="DISCARD_VALUE")], **more)

    def seconds(self, name, key, path):
        made = self.number(name, key, path, value_type="FLOAT", units="s")
        made["preprocessing"].append(step("MULTIPLIER", "0.000001"))
        return made

    def label(self, name):
        return self.key("label[%s]" % name)

    def labels(self):
        """As the performance data have them: of several end points the slowest, and the certificate that ends first."""
        yield self.seconds("total", self.label("total"), "$.targets[*].duration_us.max()")
        for name in self.steps:
            yield self.seconds(name, self.label(name), '$.targets[*].steps[?(@.name == "%s")].duration_us.max()' % name)
        for name, leg in self.certificates():
            yield self.number(name, self.label(name), "$.targets[*].%s.certificate.days_left.min()" % leg,
                              value_type="FLOAT", units="!d")
        for name, unit in MEASURES.get(self.name, ()):
            yield self.number(name, self.label(name), '$.targets[*].measures[?(@.name == "%s")].value.first()' % name,
                              units=unit)
        yield self.number("targets", self.label("targets"), "$.targets.length()")
        yield self.item("targets_ok", self.label("targets_ok"), [step("JAVASCRIPT", COUNT_OK)])

    def certificates(self):
        """Labels, and where the report has them."""
        return [("cert_days", "tls")] + ([("smtp_cert_days", "smtp_tls")] if "delivery" in self.steps else [])

    def trigger(self, name, expression, priority, **more):
        return dict({"uuid": self.uuid("trigger", name), "expression": expression, "name": name, "priority": priority},
                    **more)

    def triggers(self):
        state = "/%s/%s" % (self.title, self.key("exit_code"))
        said = "{?last(//%s)}" % self.key("error")
        for word, code, priority in STATES:
            yield self.trigger("%s %s" % (self.service, word), "last(%s)=%d" % (state, code), priority,
                               event_name="%s %s - %s" % (self.service, word, said))
        yield self.trigger("%s: no report" % self.service, "nodata(%s,{$MAIL.NODATA})=1" % state, "AVERAGE",
                           description="The item of the report says why: it may take longer than Zabbix waits, see "
                                       "{$MAIL.TIMEOUT}.")

    def items(self):
        report = dict({"uuid": self.uuid("report"), "name": self.service + ": report", "history": "7d", "trends": "0",
                       "delay": "{$MAIL.INTERVAL}", "value_type": "TEXT"}, **self.report())
        plan = dict({"uuid": self.uuid("plan"), "name": self.service + ": plan", "history": "1d", "trends": "0",
                     "delay": "1h", "value_type": "TEXT"}, **self.plan())
        state = self.item("exit code", self.key("exit_code"), [step("JSONPATH", "$.exit_code")],
                          valuemap={"name": "Mail flow state"}, triggers=list(self.triggers()))
        return [report, plan, state, self.text("state", "state", "$.state"),
                self.text("error", "error", "$.targets[*].error.text.first()"),
                self.text("fault", "fault", "$.targets[*].fault.first()")] + list(self.labels())

    # ---- discovery ----

    def discovery(self, what, script, macros, prototypes, **more):
        return dict({"uuid": self.uuid("discovery", what), "name": "%s: %s" % (self.service, what), "type": "DEPENDENT",
                     "key": self.key(what), "delay": "0", "item_prototypes": prototypes,
                     "master_item": {"key": self.plan()["key"]},
                     "lld_macro_paths": [{"lld_macro": "{#%s}" % name.upper(), "path": "$." + name} for name in macros],
                     "preprocessing": [step("JAVASCRIPT", script)]}, **more)

    def discoveries(self):
        total = self.seconds("{#TARGET}: total", self.key('total["{#TARGET}"]'), TARGET + ".duration_us.first()")
        state = self.text("{#TARGET}: state", 'target_state["{#TARGET}"]', TARGET + ".state.first()")
        days = [self.number("{#TARGET}: " + name, self.key('%s["{#TARGET}"]' % name),
                            "%s.%s.certificate.days_left.first()" % (TARGET, leg), value_type="FLOAT", units="!d")
                for name, leg in self.certificates()]
        each = self.seconds("{#TARGET}: {#STEP}", self.key('step["{#TARGET}",{#STEP}]'),
                            TARGET + '.steps[?(@.name == "{#STEP}")].duration_us.first()')
        graph = self.graph("{#TARGET}", "NORMAL", [total["key"]])
        return [self.discovery("targets", FIND_TARGETS, ["target"], [total, state] + days, graph_prototypes=[graph]),
                self.discovery("target_steps", FIND_STEPS, ["target", "step"], [each])]

    # ---- what is seen ----

    def graph(self, what, kind, keys):
        return {"uuid": self.uuid("graph", what), "name": "%s: %s" % (self.service, what), "type": kind, "graph_items": [
            {"sortorder": str(n), "color": COLORS[n % len(COLORS)], "item": {"host": self.title, "key": key}}
            for n, key in enumerate(keys)]}

    def graphs(self):
        yield self.graph("steps", "STACKED", [self.label(name) for name in self.steps])
        times = ["total"] + (["delivery"] if "delivery" in self.steps else [])
        yield self.graph("time", "NORMAL", [self.label(name) for name in times])
        yield self.graph("days left of certificates", "NORMAL", [self.label(name) for name, _ in self.certificates()])

    def widget(self, kind, place, value):
        """place: column and row, width and height; half of the width is 1"""
        width, types, end = BOARDS[self.version]
        x, y, w, h = place
        field = {"graph": "GRAPH", "prototype": "GRAPH_PROTOTYPE", "item": "ITEM"}[kind]
        name = {"graph": "graphid", "prototype": "graphid", "item": "itemid"}[kind]
        fields = [{"type": field, "name": name + end, "value": dict({"host": self.title}, **value)}]
        if kind == "graph" and self.version != "6.0":
            fields.append({"type": "STRING", "name": "reference", "value": "MAIL" + chr(ord("A") + y // 5 + x)})
        return {"type": types[kind], "x": str(x * width // 2), "y": str(y), "width": str(w * width // 2), "height": str(h),
                "fields": fields}

    def dashboard(self):
        def graph(what):
            return {"name": "%s: %s" % (self.service, what)}

        widgets = [self.widget("item", (0, 0, 1, 3), {"key": self.key("state")}),
                   self.widget("item", (1, 0, 1, 3), {"key": self.key("error")}),
                   self.widget("graph", (0, 3, 2, 6), graph("steps")),
                   self.widget("graph", (0, 9, 1, 5), graph("time")),
                   self.widget("graph", (1, 9, 1, 5), graph("days left of certificates")),
                   self.widget("prototype", (0, 14, 2, 5), graph("{#TARGET}"))]
        return {"uuid": self.uuid("dashboard"), "name": "Mail flow " + self.service, "pages": [{"widgets": widgets}]}

    def export(self):
        values = [{"value": "0", "newvalue": "OK"}]
        values += [{"value": str(code), "newvalue": word} for word, code, _ in STATES]
        return {"uuid": self.uuid("template"), "template": self.title, "name": self.title,
                "description": self.DESCRIPTION, "groups": [{"name": GROUP}], "items": self.items(),
                "discovery_rules": self.discoveries(), "dashboards": [self.dashboard()],
                "macros": [{"macro": "{$MAIL.%s}" % name, "value": value, "description": text}
                           for name, value, text in self.macros()],
                "valuemaps": [{"uuid": self.uuid("valuemap"), "name": "Mail flow state", "mappings": values}]}


class ByAgent(Template):
    HOW = "Zabbix agent"
    DESCRIPTION = "The agent needs mailflow.conf of mailflow-plugins. Timeout: see {$MAIL.TIMEOUT}."

    def report(self):
        made = {"key": "mailflow.%s[{$MAIL.SECTION},{$MAIL.TIMEOUT}]" % self.name}
        return made if self.version == "6.0" else dict(made, timeout="30s")

    def plan(self):
        return {"key": self.key("steps[{$MAIL.SECTION}]")}

    def macros(self):
        return (("SECTION", "probe", "section of /etc/mailflow/mailflow.ini on the host of the agent"),
                ("TIMEOUT", "2", "seconds that a test may take: less than Timeout in the agent's configuration, which is "
                 "3 unless it is raised, to 30 at most. A message's round trip needs more than 2"), INTERVAL, NODATA)


class ByServer(Template):
    """options: pairs of an option and its help on one line."""
    HOW = "external check"
    DESCRIPTION = ("The server, or a proxy, needs the plugins in its ExternalScripts, by links to them. Each option is a "
                   "macro. Timeout: see {$MAIL.TIMEOUT}.")

    def __init__(self, version, program, steps, options):
        super().__init__(version, program, steps)
        self.options = options

    def check(self, *more):
        """The key of an item; what is empty counts as not given, and Zabbix quotes what a macro brings."""
        words = ["--output=json"] + list(more)
        words += [("{$MAIL.%s}" if option.is_whole else "--%s={$MAIL.%%s}" % option.name) % macro(option)
                  for option, _ in self.options]
        words.append("{$MAIL.MORE}")
        key = "%s[%s]" % (self.program, ",".join(words))
        assert len(key) <= KEY_MAX, "%s: a key of %d" % (self.title, len(key))
        made = {"key": key, "type": "EXTERNAL"}
        return made if self.version == "6.0" else dict(made, timeout="60s")

    def report(self):
        return self.check()

    def plan(self):
        return self.check("--what-if")

    def macros(self):
        fixed = {"timeout": "2" if self.version == "6.0" else "50"}
        limits = {"6.0": "less than Timeout in the server's configuration, which is 3 unless it is raised, to 30 at most; "
                         "a message's round trip needs more than 2",
                  "7.0": "less than the item's own timeout, which is 60 s"}
        for option, text in self.options:
            if option.is_whole:
                text = "empty, or the whole of --%s%s: %s" % (option.name, "=VALUE" if option.argument else "", text)
            elif option.name == "timeout":
                text += ". Here " + limits[self.version]
            yield macro(option), fixed.get(option.name, ""), text
        yield "MORE", "", "one more argument as a whole, such as a second --hostname=HOST"
        yield INTERVAL
        yield NODATA


def templates(version, steps, options):
    """steps: of each program its steps; options: what an engine may pass, pairs of an option and its help."""
    group = {"uuid": uuid("group"), "name": GROUP}
    made = [ByAgent(version, program, steps[program[2]]) for program in PROGRAMS]
    made += [ByServer(version, program, steps[program[2]], options[program[2]]) for program in PROGRAMS]
    export = {"version": version, "groups" if version == "6.0" else "template_groups": [group],
              "templates": [template.export() for template in made],
              "graphs": [graph for template in made for graph in template.graphs()]}
    return json.dumps({"zabbix_export": export}, indent=1) + "\n"
