/* unread.c - what the other end of a connection has not read yet, by sock_diag(7) */
#include "unread.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static void die(void)
{
	perror("sock_diag");
	exit(3);
}

int unread_begin(void)
{
	int diag = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

	if (diag < 0)
		die();
	return diag;
}

long unread(int diag, int fd)
{
	struct sockaddr_in here, there;
	socklen_t len = sizeof(here);

	if (getsockname(fd, (struct sockaddr *)&here, &len) ||
	    getpeername(fd, (struct sockaddr *)&there, &len))
		return UNREAD_GONE;
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 request;
	} ask = {.head = {.nlmsg_len = sizeof(ask),
			  .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			  .nlmsg_flags = NLM_F_REQUEST},
		 .request = {.sdiag_family = AF_INET,
			     .sdiag_protocol = IPPROTO_TCP,
			     .idiag_states = ~0U,
			     .id = {.idiag_sport = there.sin_port,
				    .idiag_dport = here.sin_port,
				    .idiag_src = {there.sin_addr.s_addr},
				    .idiag_dst = {here.sin_addr.s_addr},
				    .idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}}}};
	struct {
		struct nlmsghdr head;
		struct inet_diag_msg found;
		char more[4096];
	} answer;
	if (send(diag, &ask, sizeof(ask), 0) < 0 || recv(diag, &answer, sizeof(answer), 0) < 0)
		die();
	return answer.head.nlmsg_type == SOCK_DIAG_BY_FAMILY ? (long)answer.found.idiag_rqueue
							     : UNREAD_GONE;
}
