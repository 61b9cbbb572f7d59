/* ldap_stream.c - a layer of liblber that reads from and writes to a connection */
#include "discover/ldap_stream.h"

#include <errno.h>
#include <lber.h>
#include <openldap.h>
#include <stdlib.h>

#include "base/xalloc.h"

static int setup(Sockbuf_IO_Desc *layer, void *arg)
{
	layer->sbiod_pvt = arg;
	return 0;
}

static int nothing(Sockbuf_IO_Desc *layer)
{
	(void)layer;
	return 0;
}

/* Whether there is something to read that poll(2) does not see. */
static int control(Sockbuf_IO_Desc *layer, int option, void *arg)
{
	(void)arg;
	return option == LBER_SB_OPT_DATA_READY && conn_has_input(layer->sbiod_pvt);
}

static ber_slen_t stream_read(Sockbuf_IO_Desc *layer, void *bytes, ber_len_t size)
{
	ssize_t n = conn_read_some(layer->sbiod_pvt, bytes, size);

	errno = n < 0 ? EIO : 0;
	return n;
}

static ber_slen_t stream_write(Sockbuf_IO_Desc *layer, void *bytes, ber_len_t size)
{
	/* passwords are among it: nothing of it is shown */
	int rc = conn_write(layer->sbiod_pvt, bytes, size, "");

	errno = rc ? EIO : 0;
	return rc ? -1 : (ber_slen_t)size;
}

static Sockbuf_IO stream = {
	.sbi_setup = setup,
	.sbi_remove = nothing,
	.sbi_ctrl = control,
	.sbi_read = stream_read,
	.sbi_write = stream_write,
	.sbi_close = nothing, /* the connection is closed by its owner */
};

int ldap_stream_init(struct conn *c, LDAP **ldap_r)
{
	char label[ENDPOINT_LABEL_SIZE];
	Sockbuf *sockbuf = NULL;

	endpoint_label(&c->peer, label);
	/* its host is what SASL asks Kerberos for */
	char *url = xasprintf("ldap://%s", label);
	int rc = ldap_init_fd(c->fd, LDAP_PROTO_EXT, url, ldap_r);
	free(url);
	if (rc == LDAP_SUCCESS && ldap_get_option(*ldap_r, LDAP_OPT_SOCKBUF, &sockbuf) == 0 &&
	    ber_sockbuf_add_io(sockbuf, &stream, LBER_SBIOD_LEVEL_PROVIDER, c) == 0)
		return 0;
	return err_set(c->err, ERR_LOCAL, "libldap cannot be used: %s", ldap_err2string(rc));
}
