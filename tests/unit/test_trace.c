/* test_trace.c - the way of a message, and what its site thinks of the sender */
#include "mail/trace.h"

#include <string.h>

#include "unit.h"

static const struct {
	const char *header, *hop, *checks;
} row[] = {
	{"Received: from mx.example (mx.example [192.0.2.1]) by mbx.example "
	 "(Postfix) with ESMTP id 1\r\n"
	 "\tfor <a@b.example>; Wed, 25 Nov 2026 12:00:42 +0000 (UTC)\r\n"
	 "Received: from probe (by nobody) by mx.example with ESMTPSA; Wed, 25 "
	 "Nov 2026 13:00:02 +0100\r\n"
	 "Authentication-Results: mx.example (v1; by me) 1; spf=pass smtp.mailfrom=b.example;\r\n"
	 "\tdkim=none (no; signature); dmarc=fail reason=\"p=none\"\r\n"
	 "Authentication-Results: forged.example; spf=fail; dkim=fail; dmarc=pass\r\n"
	 "Date: Wed, 25 Nov 2026 12:00:00 +0000\r\n",
	 "40 s from mx.example to mbx.example", "SPF pass, DKIM none, DMARC fail (mx.example)"},
	{"Received: by mx.example; Wed, 25 Nov 2026 12:01:00 +0000\n"
	 "Date: Wed, 25 Nov 2026 12:00:00 +0000\n",
	 "60 s from the sender to mx.example", ""},
	{"Received: by a.example; Wed, 25 Nov 2026 12:00:00 +0000\n"
	 "Received: by b.example; Wed, 25 Nov 2026 12:01:00 +0000\n",
	 "", ""}, /* its clock is ahead */
	{"Received: from a by b; yesterday\nDate: Wed, 25 Nov 2026 12:00:00 +0000\n", "", ""},
	{"Received: from a by b\nDate: Wed, 25 Nov 2026 12:00:00 +0000\n", "", ""},
	{"Received: by\nReceived: ;\nReceived: by ;;\nAuthentication-Results: ;;==;spf=\n", "", ""},
	{"Authentication-Results: mx.example; none\n", "", ""},
	{"Authentication-Results: mx.example; dkim=pass; dkim=fail\n\nReceived: by x; y\n", "",
	 "DKIM pass (mx.example)"},
	{"Authentication-Results: x; spf=averylongwordthatdoesnotfit\n", "",
	 "SPF averylongwordth (x)"},
	{"", "", ""},
};

START_TEST(test_trace_parse)
{
	struct buf hop = BUF_INIT(300), checks = BUF_INIT(300);
	struct trace t;

	trace_parse(row[_i].header, strlen(row[_i].header), &t);
	trace_format_hop(&t, &hop);
	trace_format_checks(&t, &checks);
	ck_assert_str_eq(buf_str(&hop), row[_i].hop);
	ck_assert_str_eq(buf_str(&checks), row[_i].checks);
	buf_free(&hop);
	buf_free(&checks);
}
END_TEST

UNIT_MAIN_FIXTURE("trace", NULL, NULL, ROWS(test_trace_parse, row))
