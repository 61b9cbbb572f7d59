"""director_basket - a basket for Icinga Director: the commands with all that an engine may pass, a field with a caption for
each of these options, lists of their words, and templates of services

What is in contrib/icinga2/mailflow.conf is here once more, as Director has it. It has no environment for commands: a
password is named by its file.
"""
import json

CATEGORY = "Mail flow"
COMMANDS = (("imap", "check_imap_full"), ("pop", "check_pop_full"), ("smtp", "check_smtp_connectors"))
TYPE = "Icinga\\Module\\Director\\DataType\\DataType%s"
# above the plugins' own limit, which is 55 s
TIMEOUT = 70
# a template's name, what it is made of, its command, what it sets
TEMPLATES = (
    ("mailflow", [], None, {"certificate": "30,7"}),
    ("mailflow-imap", ["mailflow"], "mailflow_imap", {"warning": ["5", "delivery=30"], "critical": ["10", "delivery=50"]}),
    ("mailflow-pop", ["mailflow"], "mailflow_pop", {"warning": ["5", "delivery=30"], "critical": ["10", "delivery=50"]}),
    ("mailflow-mailbox", ["mailflow"], "mailflow_imap", {"light": "mailbox", "warning": ["5"], "critical": ["10"]}),
    ("mailflow-smtp", ["mailflow"], "mailflow_smtp", {"warning": ["5"], "critical": ["10"]}),
)


def caption(option):
    return option.name[0].upper() + option.name[1:].replace("-", " ")


def list_name(option):
    return "mailflow " + option.name


def is_choice(option):
    """One of a few words."""
    return bool(option.values) and not option.is_list


def is_array(option):
    return option.repeatable and not option.optional


def argument(option, help_text):
    made = {"description": help_text}
    if not option.argument:
        return dict(made, set_if="$%s$" % option.variable)
    if option.optional:
        return dict(made, value="--%s=$%s$" % (option.name, option.variable), skip_key=True)
    if option.repeatable:
        made["repeat_key"] = True
    return dict(made, value="$%s$" % option.variable)


def field(option, help_text):
    kind, settings = "String", {}
    if not option.argument:
        kind = "Boolean"
    elif is_array(option):
        kind = "Array"
    elif is_choice(option):
        kind, settings = "Datalist", {"behavior": "strict", "data_type": "string", "datalist": list_name(option)}
    return {"varname": option.variable, "caption": caption(option), "description": help_text, "category": CATEGORY,
            "datatype": TYPE % kind, "format": None, "settings": settings}


class Basket:
    """options: of each program what an engine may pass, pairs of an option and its help on one line"""

    def __init__(self, options):
        self.options, self.fields = options, []

    def field_id(self, option, help_text):
        """Programs whose option is the same share its field."""
        wanted = field(option, help_text)
        if wanted not in self.fields:
            self.fields.append(wanted)
        return self.fields.index(wanted) + 1

    def command(self, name, program):
        options = self.options[program]
        return {"object_name": name, "object_type": "object", "methods_execute": "PluginCheck", "command": program,
                "timeout": str(TIMEOUT), "vars": {"mailflow_hostname": "$address$"},
                "arguments": {"--" + option.name: argument(option, text) for option, text in options},
                "fields": [{"datafield_id": self.field_id(option, text), "is_required": "n", "var_filter": None}
                           for option, text in options]}

    def lists(self):
        choices = {list_name(option): option.values for program in self.options.values() for option, _ in program
                   if is_choice(option)}
        return {name: {"list_name": name, "owner": "mailflow", "entries": [
            {"entry_name": word, "entry_value": word, "format": "string", "allowed_roles": None} for word in words]}
                for name, words in sorted(choices.items())}

    @staticmethod
    def template(name, imports, command, variables):
        made = {"object_name": name, "object_type": "template", "imports": imports, "fields": [],
                "vars": {"mailflow_" + option: value for option, value in variables.items()}}
        if command:
            return dict(made, check_command=command)
        return dict(made, check_interval="300", retry_interval="60", max_check_attempts="3")

    def export(self):
        commands = {"mailflow_" + name: self.command("mailflow_" + name, program) for name, program in COMMANDS}
        made = {"DataList": self.lists(),
                "DatafieldCategory": {CATEGORY: {"category_name": CATEGORY,
                                                 "description": "Options of mailflow-plugins"}},
                "Datafield": {str(number): found for number, found in enumerate(self.fields, 1)},
                "Command": commands,
                "ServiceTemplate": {row[0]: self.template(*row) for row in TEMPLATES}}
        return json.dumps(made, indent=1) + "\n"
