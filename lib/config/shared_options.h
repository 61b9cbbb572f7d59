/* shared_options.h - the rows of the option table that the plugins share, each written once
 *
 * Each array is a group of --help, or adds to one, and ends with a row whose name is NULL. A plugin
 * lists those that it has, with its own between them, in the order of --help:
 *
 *   static const struct option_def *const options[] = {shared_server_options, own, ..., NULL};
 *
 * A row's offset holds in struct settings or struct mailbox_settings, with which the plugin's
 * settings begin. */
#ifndef MAILFLOW_SHARED_OPTIONS_H
#define MAILFLOW_SHARED_OPTIONS_H

#include "config/options.h"

/* For struct settings. server comes first: its first row is what an argument without an option is
 * most likely meant for. */
extern const struct option_def shared_server_options[];
extern const struct option_def shared_family_options[]; /* behind them: -4, -6 */
extern const struct option_def shared_password_options[];
extern const struct option_def shared_logon_options[]; /* behind them: how to log on to mail */
extern const struct option_def shared_tls_options[];
extern const struct option_def shared_time_options[];
extern const struct option_def shared_output_options[];
extern const struct option_def shared_other_options[];

/* For struct settings: how many at once, where a target is a mailbox, or a mere connection. Behind
 * shared_time_options. */
extern const struct option_def mailbox_parallel_option[];
extern const struct option_def connector_parallel_option[];
/* For struct settings, behind shared_password_options. */
extern const struct option_def mailbox_reset_option[];
/* For struct mailbox_settings, behind shared_server_options. */
extern const struct option_def mailbox_accounts_options[];

/* For struct mailbox_settings: the group of the test message; of IMAP alone, behind it; of POP3
 * alone, behind shared_logon_options; and of both, behind shared_output_options. */
extern const struct option_def mailbox_message_options[];
extern const struct option_def mailbox_imap_options[];
extern const struct option_def mailbox_confirm_option[];

/* The end of every --help. */
extern const char shared_help_notes[];

#endif
