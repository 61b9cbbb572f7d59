/* bare_client.c - the least that a logon over verified TLS takes with GnuTLS: connect, handshake,
 * verify by one CA, LOGIN, LOGOUT
 *
 *   bare_client PORT CA-FILE USER PASSWORD */
#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Send a command, if any, and read one record, which must have this in it; returns 0 or -1. */
static int ask(gnutls_session_t tls, const char *command, const char *wanted)
{
	char answer[4096];
	ssize_t n;

	if (*command && gnutls_record_send(tls, command, strlen(command)) < 0)
		return -1;
	do { /* session tickets come first, and make it return */
		n = gnutls_record_recv(tls, answer, sizeof(answer) - 1);
	} while (n == GNUTLS_E_AGAIN);
	answer[n > 0 ? n : 0] = '\0';
	return strstr(answer, wanted) ? 0 : -1;
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	gnutls_certificate_credentials_t ca;
	gnutls_session_t tls;
	char login[256];

	if (argc != 5)
		return 3;
	at.sin_port = htons((uint16_t)strtol(argv[1], NULL, 10));
	snprintf(login, sizeof(login), "a LOGIN %s %s\r\n", argv[3], argv[4]);
	if (gnutls_certificate_allocate_credentials(&ca) ||
	    gnutls_certificate_set_x509_trust_file(ca, argv[2], GNUTLS_X509_FMT_PEM) != 1 ||
	    gnutls_init(&tls, GNUTLS_CLIENT) || gnutls_set_default_priority(tls) ||
	    gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE, ca) ||
	    connect(fd, (struct sockaddr *)&at, sizeof(at)))
		return 2;
	gnutls_session_set_verify_cert(tls, "127.0.0.1", 0);
	gnutls_transport_set_int(tls, fd);
	if (gnutls_handshake(tls) || ask(tls, "", "* OK") || ask(tls, login, "a OK") ||
	    ask(tls, "b LOGOUT\r\n", "* BYE"))
		return 2;
	gnutls_bye(tls, GNUTLS_SHUT_WR);
	close(fd);
	return 0;
}
