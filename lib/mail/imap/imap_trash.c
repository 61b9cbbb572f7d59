/* imap_trash.c - deleting by way of the trash */
#include "mail/imap/imap_trash.h"

#include <stdio.h>
#include <string.h>

#include "mail/imap/imap_command.h"
#include "mail/imap/imap_deletion.h"
#include "mail/imap/imap_folder.h"
#include "mail/imap/imap_quote.h"

int imap_trash_find(struct imap *s, struct imap_delivery *delivery)
{
	struct imap_alike found;

	if (!s->caps.gmail)
		return 0;
	if (imap_folder_find(s, "\\Trash", &found))
		return -1;
	memcpy(delivery->trash, found.name[0], sizeof(delivery->trash));
	delivery->no_trash = !found.count;
	return 0;
}

static int send_there(struct imap *s, const char *command, const char *set, const char *trash)
{
	struct buf name = BUF_INIT(2 * IMAP_NAME_SIZE + 2);

	imap_quote(&name, trash);
	int rc = imap_send(s, "%s %s %s", command, set, buf_str(&name)) ||
		 imap_finish(s, ERR_REFUSED);
	buf_free(&name);
	return rc ? -1 : 0;
}

static int move(struct imap *s, const char *set, const char *trash)
{
	if (s->caps.move)
		return send_there(s, "UID MOVE", set, trash);
	if (send_there(s, "UID COPY", set, trash) || imap_store_deleted(s, set))
		return -1;
	return imap_uid_expunge(s, set);
}

int imap_trash_move(struct imap *s, struct imap_delivery *delivery)
{
	struct buf set = BUF_INIT(IMAP_WANTED_MAX * 11);
	int rc = 0;

	if (imap_format_left(s, &set)) {
		delivery->trashed = true;
		rc = move(s, buf_str(&set), delivery->trash);
	}
	if (rc == 0)
		rc = imap_prove_gone(s, &set);
	if (rc == 0)
		imap_watch_set_gone(&s->watch);
	buf_free(&set);
	return rc;
}

int imap_trash_lacks(struct imap *s, const char *what, const char *trash)
{
	char said[64];

	snprintf(said, sizeof(said), "server said OK, but the %s is not in", what);
	return conn_err_server(&s->conn, ERR_REFUSED, said, trash, strlen(trash));
}

int imap_trash_empty(struct imap *s, struct imap_delivery *delivery, long max_age_s)
{
	struct imap_delivery there = {.token = delivery->token};

	if (step(s->conn.tl, "delete") || imap_folder_select(s, delivery->trash, 0) ||
	    imap_folder_remove_ours(s, &there))
		return -1;
	if (!there.copies)
		return imap_trash_lacks(s, "message", delivery->trash);
	if (max_age_s && imap_delivery_cleanup(s, &there, max_age_s))
		return -1;
	delivery->left_marked = there.left_marked;
	imap_note_undone(delivery->refused, there.refused);
	return 0;
}
