/* test_autoconfig.c - Thunderbird's format, and what is none */
#include "discover/autoconfig.h"

#include <string.h>

#include "discover/found_print.h"
#include "unit.h"

static const char good[] =
	"<?xml version=\"1.0\"?>\n"
	"<clientConfig version=\"1.1\"><emailProvider id=\"example.org\">\n"
	" <domain>example.org</domain>\n"
	" <incomingServer type=\"imap\">\n"
	"  <hostname>imap.%EMAILDOMAIN%</hostname>\n"
	"  <port> 993 </port><socketType>SSL</socketType>\n"
	"  <username>%EMAILADDRESS%</username></incomingServer>\n"
	" <incomingServer type=\"pop3\"><hostname>pop.example.org</hostname><port>110</port>\n"
	"  <socketType>STARTTLS</socketType></incomingServer>\n"
	" <incomingServer type=\"exchange\"><hostname>x</hostname></incomingServer>\n"
	" <outgoingServer type=\"smtp\"><hostname>smtp.example.org</hostname><port>25</port>\n"
	"  <socketType>plain</socketType></outgoingServer>\n"
	"</emailProvider></clientConfig>";

START_TEST(test_autoconfig__lists_servers)
{
	struct found found = {0};
	struct err err = {0};
	struct buf out = BUF_INIT(1000);

	ck_assert_int_eq(autoconfig_parse(good, strlen(good), "example.org", &found, &err), 0);
	for (int i = 0; i < FOUND_SERVICES; i++)
		found_print_endpoints(&found, (enum found_service)i, &out);
	ck_assert_str_eq(buf_str(&out), "imap.example.org:993:SSL\npop.example.org:110:TLS\n"
					"smtp.example.org:25:PLAIN\n");
	buf_free(&out);
	found_free(&found);
}
END_TEST

#define SERVER(inside)                                                                             \
	"<clientConfig><incomingServer type=\"imap\">" inside "</incomingServer></clientConfig>"

static const struct {
	const char *text, *words;
} bad[] = {
	{"", "line 1: no element found"},
	{"not XML", "line 1: syntax error"},
	{"<clientConfig>", "no element found"},
	{"<clientConfig></clientConfig>", "no server of IMAP"},
	{"<html><body/></html>", "outermost element is not <clientConfig>"},
	{"<!DOCTYPE a [<!ENTITY b \"c\">]><clientConfig/>", "a document type is not allowed"},
	{SERVER(""), "lacks hostname"},
	{SERVER("<hostname>a</hostname><port>1</port>"), "lacks hostname, port or socketType"},
	{SERVER("<hostname>a</hostname><port>0</port><socketType>SSL</socketType>"), "port is not"},
	{SERVER("<hostname>a</hostname><port>993</port><socketType>TLS</socketType>"),
	 "socketType is none of"},
	{SERVER("<hostname>a b</hostname><port>993</port><socketType>SSL</socketType>"),
	 "hostname is no name"},
	{SERVER("<hostname>a</hostname><outgoingServer type=\"smtp\">"), "within another one"},
	{SERVER("<hostname>a:1</hostname><port>993</port><socketType>SSL</socketType>"),
	 "hostname is no name"},
};

START_TEST(test_autoconfig__refuses)
{
	struct found found = {0};
	struct err err = {0};

	ck_assert_int_eq(autoconfig_parse(bad[_i].text, strlen(bad[_i].text), NULL, &found, &err),
			 -1);
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(err.text, bad[_i].words));
	found_free(&found);
}
END_TEST

UNIT_MAIN_FIXTURE("autoconfig", NULL, NULL, ONCE(test_autoconfig__lists_servers),
		  ROWS(test_autoconfig__refuses, bad))
