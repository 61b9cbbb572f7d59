"""zabbix_templates - the templates for Zabbix 6.0 and 7.0, in JSON: what contrib/zabbix/mailflow.conf gives an agent

A template a plugin: its report as it is, what dependent items take from it, low-level discovery of its end points and of
the steps that --what-if names, and triggers with the state's own word.
"""
import hashlib
import json

VERSIONS = ("6.0", "7.0")
PROGRAMS = (("imap", "IMAP"), ("pop", "POP3"), ("smtp", "SMTP"))
STATES = (("WARNING", 1, "WARNING"), ("CRITICAL", 2, "HIGH"), ("UNKNOWN", 3, "AVERAGE"))
GROUP = "Templates/Mail flow"
MACROS = (("SECTION", "probe", "section of /etc/mailflow/mailflow.ini on the host of the agent"),
          ("TIMEOUT", "2", "seconds that a test may take: less than Timeout in the agent's configuration, which is 3 unless "
           "it is raised, to 30 at most. A message's round trip needs more than 2"),
          ("INTERVAL", "5m", "how often it is tested"),
          ("NODATA", "16m", "for so long there may be no report"))
# for each end point and step: what is to be found out of the plan, and then in each report
FIND_TARGETS = "return JSON.stringify(JSON.parse(value).targets.map(function (t) { return {target: t.label}; }));"
FIND_STEPS = ("return JSON.stringify([].concat.apply([], JSON.parse(value).targets.map(function (t) { "
              "return (t.planned_steps || []).map(function (s) { return {target: t.label, step: s.name}; }); })));")
TARGET = '$.targets[?(@.label == "{#TARGET}")]'


def uuid(*words):
    """The same in each run and version; of the form of version 4, which Zabbix wants."""
    text = hashlib.md5(" ".join(words).encode()).hexdigest()
    return text[:12] + "4" + text[13:16] + "8" + text[17:]


def step(kind, *parameters, **more):
    return dict({"type": kind, "parameters": list(parameters)}, **more)


class Template:
    def __init__(self, version, name, service):
        self.version, self.name, self.service = version, name, service
        self.title = "Mail flow %s by Zabbix agent" % service
        self.report = "mailflow.%s[{$MAILFLOW.SECTION},{$MAILFLOW.TIMEOUT}]" % name

    def uuid(self, *words):
        return uuid(self.title, *words)

    def key(self, what):
        return "mailflow.%s.%s" % (self.name, what)

    def item(self, name, key, preprocessing, **more):
        """One that depends on the report."""
        return dict({"uuid": self.uuid(key), "name": "%s: %s" % (self.service, name), "type": "DEPENDENT", "key": key,
                     "delay": "0", "history": "30d", "preprocessing": preprocessing,
                     "master_item": {"key": self.report}}, **more)

    def text(self, name, what, path):
        """What is there only when something is wrong."""
        found = step("JSONPATH", path, error_handler="CUSTOM_VALUE", error_handler_params="none")
        return self.item(name, self.key(what), [found], value_type="CHAR", trends="0")

    def seconds(self, name, key, path):
        """A step that was not reached has no value."""
        found = step("JSONPATH", path, error_handler="DISCARD_VALUE")
        return self.item(name, key, [found, step("MULTIPLIER", "0.000001")], value_type="FLOAT", units="s")

    def trigger(self, name, expression, priority, **more):
        return dict({"uuid": self.uuid("trigger", name), "expression": expression, "name": name, "priority": priority},
                    **more)

    def state_triggers(self):
        state = "last(/%s/%s)" % (self.title, self.key("exit_code"))
        said = "{?last(//%s)}" % self.key("error")
        for word, code, priority in STATES:
            yield self.trigger("%s %s" % (self.service, word), "%s=%d" % (state, code), priority,
                               event_name="%s %s - %s" % (self.service, word, said))

    def items(self):
        report = {"uuid": self.uuid("report"), "name": self.service + ": report", "key": self.report,
                  "delay": "{$MAILFLOW.INTERVAL}", "history": "7d", "trends": "0", "value_type": "TEXT"}
        missing = "nodata(/%s/%s,{$MAILFLOW.NODATA})=1" % (self.title, self.report)
        report["triggers"] = [self.trigger("%s: no report" % self.service, missing, "AVERAGE")]
        if self.version != "6.0":
            report["timeout"] = "30s"
        state = self.item("exit code", self.key("exit_code"), [step("JSONPATH", "$.exit_code")],
                          valuemap={"name": "Mail flow state"}, triggers=list(self.state_triggers()))
        return [report, state, self.text("state", "state", "$.state"),
                self.text("error", "error", "$.targets[*].error.text.first()"),
                self.text("fault", "fault", "$.targets[*].fault.first()")]

    def discovery(self, what, script, macros, prototype):
        return {"uuid": self.uuid("discovery", what), "name": "%s: %s" % (self.service, what), "type": "DEPENDENT",
                "key": self.key(what), "delay": "0", "item_prototypes": [prototype],
                "master_item": {"key": self.key("steps[{$MAILFLOW.SECTION}]")},
                "lld_macro_paths": [{"lld_macro": "{#%s}" % macro.upper(), "path": "$." + macro} for macro in macros],
                "preprocessing": [step("JAVASCRIPT", script)]}

    def discoveries(self):
        total = self.seconds("{#TARGET}: total", self.key('total["{#TARGET}"]'), TARGET + ".duration_us.first()")
        each = self.seconds("{#TARGET}: {#STEP}", self.key('step["{#TARGET}",{#STEP}]'),
                            TARGET + '.steps[?(@.name == "{#STEP}")].duration_us.first()')
        return [self.discovery("targets", FIND_TARGETS, ["target"], total),
                self.discovery("target_steps", FIND_STEPS, ["target", "step"], each)]

    def plan(self):
        return {"uuid": self.uuid("plan"), "name": self.service + ": plan", "history": "1d", "trends": "0", "delay": "1h",
                "key": self.key("steps[{$MAILFLOW.SECTION}]"), "value_type": "TEXT"}

    def export(self):
        values = [{"value": "0", "newvalue": "OK"}]
        values += [{"value": str(code), "newvalue": word} for word, code, _ in STATES]
        return {"uuid": self.uuid("template"), "template": self.title, "name": self.title,
                "description": "The agent needs mailflow.conf of mailflow-plugins. Timeout: see {$MAILFLOW.TIMEOUT}.",
                "groups": [{"name": GROUP}], "items": self.items() + [self.plan()],
                "discovery_rules": self.discoveries(),
                "macros": [{"macro": "{$MAILFLOW.%s}" % name, "value": value, "description": text}
                           for name, value, text in MACROS],
                "valuemaps": [{"uuid": self.uuid("valuemap"), "name": "Mail flow state", "mappings": values}]}


def templates(version):
    group = {"uuid": uuid("group"), "name": GROUP}
    export = {"version": version, "groups" if version == "6.0" else "template_groups": [group],
              "templates": [Template(version, *program).export() for program in PROGRAMS]}
    return json.dumps({"zabbix_export": export}, indent=1) + "\n"
