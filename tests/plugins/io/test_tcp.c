/* SPDX-License-Identifier: Apache-2.0 */
/* socket_text and listen over loopback: the test is the server of the one and the clients of the
 * other. */
#include "plugin_host.h"

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- the other side ---- */
static struct sockaddr_in loopback(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/* Listens on a free port, or on *port if it is not 0. */
static int serve(unsigned *port)
{
    struct sockaddr_in address = loopback(*port);
    socklen_t bytes = sizeof address;
    int yes = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &bytes), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static int take_client(int server)
{
    struct pollfd poller = {.fd = server, .events = POLLIN};
    assert_int_equal(poll(&poller, 1, WEIR_HOST_AWAIT_MS), 1);
    int fd = accept(server, NULL, NULL);
    assert_true(fd >= 0);
    return fd;
}

static int be_client(unsigned port)
{
    struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void say_bytes(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL);
        assert_true(sent > 0);
        bytes += sent;
        count -= (size_t)sent;
    }
}

static void say(int fd, const char *text)
{
    say_bytes(fd, text, strlen(text));
}

static struct weir_plugin_host *open_socket_text(unsigned port, bool until_eof)
{
    char address[64];
    snprintf(address, sizeof address, "address=127.0.0.1:%u", port);
    struct weir_plugin_host *host = weir_plugin_host_open("socket_text", WEIR_KIND_RECEIVER,
                                                          (const char *const[]){address, NULL});
    assert_int_equal(host->opened, WEIR_OK);
    assert_int_equal(host->exported->flags, WEIR_TEXT_LINES);
    atomic_store(&host->is_until_eof, until_eof);
    return host;
}

static void expect_received(struct weir_plugin_host *host, const char *text)
{
    assert_string_equal(weir_plugin_host_received(host), text);
}

/* ---- socket_text ---- */
static void until_eof_the_close_is_the_end(void **state)
{
    (void)state;
    unsigned port = 0;
    int server = serve(&port);
    struct weir_plugin_host *host = open_socket_text(port, true);
    weir_plugin_host_run(host);
    int peer = take_client(server);
    say(peer, "one\ntwo\r\nthr");
    weir_plugin_host_await_bytes(host, 9);
    expect_received(host, "one\ntwo\r\n");
    say(peer, "ee\n\nno newline at the end");
    close(peer);
    assert_int_equal(weir_plugin_host_join(host), WEIR_OK);
    expect_received(host, "one\ntwo\r\nthree\n\nno newline at the end\n");
    close(server);
    weir_plugin_host_close(host);
}

static void it_comes_back_and_says_each_change_once(void **state)
{
    (void)state;
    unsigned port = 0;
    close(serve(&port)); /* the port is free, and refuses */
    struct weir_plugin_host *host = open_socket_text(port, true);
    weir_plugin_host_run(host);
    while (atomic_load(&host->sleeps) < 9) {
        poll(NULL, 0, 1);
    }
    const char *status = weir_plugin_host_status(host);
    assert_non_null(strstr(status, "Connection refused\n"));
    assert_int_equal(strlen(status), strcspn(status, "\n") + 1); /* nine times refused, said once */
    int64_t pause = 100000;
    for (size_t i = 0; i < 9; i++) { /* doubles up to 5 s, give or take an eighth */
        assert_in_range(host->slept_us[i], pause - pause / 8, pause + pause / 8);
        pause = pause * 2 < 5000000 ? pause * 2 : 5000000;
    }
    int server = serve(&port);
    int peer = take_client(server);
    say(peer, "here\n");
    close(peer);
    assert_int_equal(weir_plugin_host_join(host), WEIR_OK);
    expect_received(host, "here\n");
    close(server);
    weir_plugin_host_close(host);
}

static void without_until_eof_a_close_is_not_the_end(void **state)
{
    (void)state;
    unsigned port = 0;
    int server = serve(&port);
    struct weir_plugin_host *host = open_socket_text(port, false);
    weir_plugin_host_run(host);
    for (int round = 0; round < 2; round++) {
        int peer = take_client(server);
        say(peer, "a\nb");
        close(peer);
    }
    weir_plugin_host_await_bytes(host, 8);
    expect_received(host, "a\nb\na\nb\n");
    weir_plugin_host_await_status(host, "the peer has closed the connection");
    weir_plugin_host_stop(host);
    assert_int_equal(weir_plugin_host_join(host), WEIR_OK);
    close(server);
    weir_plugin_host_close(host);
}

static void it_stops_while_nothing_comes(void **state)
{
    (void)state;
    unsigned port = 0;
    int server = serve(&port);
    struct weir_plugin_host *host = open_socket_text(port, false);
    weir_plugin_host_run(host);
    int peer = take_client(server);
    weir_plugin_host_await_status(host, "connected");
    weir_plugin_host_stop(host);
    assert_int_equal(weir_plugin_host_join(host), WEIR_OK);
    close(peer);
    close(server);
    weir_plugin_host_close(host);
}

static void any_bytes_pass_unharmed(void **state)
{
    (void)state;
    static const char bytes[] = "nul \0 inside\n\xff\xfe invalid \xc3\n\0\n";
    unsigned port = 0;
    int server = serve(&port);
    struct weir_plugin_host *host = open_socket_text(port, true);
    weir_plugin_host_run(host);
    int peer = take_client(server);
    say_bytes(peer, bytes, sizeof bytes - 1);
    close(peer);
    assert_int_equal(weir_plugin_host_join(host), WEIR_OK);
    assert_int_equal(host->received.count, sizeof bytes - 1);
    assert_memory_equal(host->received.bytes, bytes, sizeof bytes - 1);
    close(server);
    weir_plugin_host_close(host);
}

static void a_line_of_100_mb_is_one_line(void **state)
{
    (void)state;
    enum { LINE = 100 * 1000 * 1000 };
    unsigned port = 0;
    int server = serve(&port);
    struct weir_plugin_host *host = open_socket_text(port, true);
    char *line = malloc(LINE);
    assert_non_null(line);
    for (size_t i = 0; i < LINE; i++) {
        line[i] = (char)('a' + i % 23);
    }
    weir_plugin_host_run(host);
    int peer = take_client(server);
    say(peer, "before\n");
    say_bytes(peer, line, LINE);
    say(peer, "\nafter\n");
    close(peer);
    assert_int_equal(weir_plugin_host_join(host), WEIR_OK);
    assert_int_equal(host->received.count, 7 + LINE + 7);
    assert_memory_equal(host->received.bytes + 7, line, LINE);
    assert_memory_equal(host->received.bytes + 7 + LINE, "\nafter\n", 7);
    free(line);
    close(server);
    weir_plugin_host_close(host);
}

static void a_line_beyond_max_line_is_dropped_and_logged(void **state)
{
    (void)state;
    enum { TOO_LONG = 3 * 1000 * 1000 };
    unsigned port = 0;
    int server = serve(&port);
    char address[64];
    snprintf(address, sizeof address, "address=tcp://127.0.0.1:%u", port);
    struct weir_plugin_host *host = weir_plugin_host_open(
        "socket_text", WEIR_KIND_RECEIVER, (const char *const[]){address, "max_line=1MiB", NULL});
    atomic_store(&host->is_until_eof, true);
    char *line = malloc(TOO_LONG);
    assert_non_null(line);
    memset(line, 'x', TOO_LONG);
    weir_plugin_host_run(host);
    int peer = take_client(server);
    say(peer, "kept\n");
    say_bytes(peer, line, TOO_LONG);
    say(peer, "\nkept too\nand this");
    close(peer);
    assert_int_equal(weir_plugin_host_join(host), WEIR_OK);
    expect_received(host, "kept\nkept too\nand this\n");
    assert_non_null(strstr(weir_plugin_host_log(host), "max_line=1048576B is dropped (1 so far"));
    free(line);
    close(server);
    weir_plugin_host_close(host);
}

static void a_wrong_address_is_refused_before_anything_starts(void **state)
{
    static const char *const wrong[][2] = {
        {"address=localhost", "the port is missing"},
        {"address=localhost:", "the port is missing"},
        {"address=localhost:http", "a number up to 65535"},
        {"address=localhost:65536", "a number up to 65535"},
        {"address=localhost:999999999999999999999", "a number up to 65535"},
        {"address=localhost:0", "port 0"},
        {"address=::1:99", "in brackets"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct weir_plugin_host *host = weir_plugin_host_open(
            "socket_text", WEIR_KIND_RECEIVER, (const char *const[]){wrong[i][0], NULL});
        assert_int_equal(host->opened, WEIR_FATAL);
        assert_non_null(strstr(weir_plugin_host_failure(host), wrong[i][1]));
        weir_plugin_host_close(host);
    }
}

/* ---- listen ---- */
static struct weir_plugin_host *open_listen(const char *address, const char *option, bool until_eof)
{
    struct weir_plugin_host *host = weir_plugin_host_open(
        "listen", WEIR_KIND_RECEIVER, (const char *const[]){address, option, NULL});
    assert_int_equal(host->opened, WEIR_OK);
    atomic_store(&host->is_until_eof, until_eof);
    weir_plugin_host_run(host);
    return host;
}

static unsigned port_of(struct weir_plugin_host *host)
{
    weir_plugin_host_await_status(host, "+ listening on 127.0.0.1:");
    const char *status = strstr(weir_plugin_host_status(host), "127.0.0.1:");
    return (unsigned)strtoul(status + strlen("127.0.0.1:"), NULL, 10);
}

static void clients_do_not_mix(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_listen("address=127.0.0.1:0", NULL, true);
    unsigned port = port_of(host);
    int one = be_client(port);
    int two = be_client(port);
    say(one, "one has be");
    say(two, "two is do");
    say(two, "ne\n");
    weir_plugin_host_await_bytes(host, 12);
    say(one, "gun\nand stops in the mid");
    weir_plugin_host_await_bytes(host, 26);
    expect_received(host, "two is done\none has begun\n");
    close(one);
    weir_plugin_host_await_bytes(host, 47);
    assert_false(atomic_load(&host->is_over)); /* two is still there */
    close(two);
    assert_int_equal(weir_plugin_host_join(host), WEIR_OK);
    expect_received(host, "two is done\none has begun\nand stops in the mid\n");
    weir_plugin_host_close(host);
}

static void more_clients_than_allowed_wait(void **state)
{
    (void)state;
    struct weir_plugin_host *host = open_listen("address=127.0.0.1:0", "connections=1", false);
    unsigned port = port_of(host);
    int one = be_client(port);
    say(one, "1\n");
    weir_plugin_host_await_bytes(host, 2);
    int two = be_client(port);
    say(two, "2\n");
    say(one, "1 again\n");
    weir_plugin_host_await_bytes(host, 10);
    expect_received(host, "1\n1 again\n");
    close(one);
    weir_plugin_host_await_bytes(host, 12);
    expect_received(host, "1\n1 again\n2\n");
    close(two);
    weir_plugin_host_stop(host);
    assert_int_equal(weir_plugin_host_join(host), WEIR_OK);
    assert_non_null(strstr(weir_plugin_host_log(host), "connections=1 are open"));
    weir_plugin_host_close(host);
}

static void many_clients_at_once_lose_nothing(void **state)
{
    enum { CLIENTS = 50, LINES = 40 };
    (void)state;
    struct weir_plugin_host *host = open_listen("address=127.0.0.1:0", NULL, true);
    unsigned port = port_of(host);
    int clients[CLIENTS];
    for (size_t i = 0; i < CLIENTS; i++) {
        clients[i] = be_client(port);
    }
    for (size_t line = 0; line < LINES; line++) {
        for (size_t i = 0; i < CLIENTS; i++) {
            char text[32];
            snprintf(text, sizeof text, "%02zu:%02zu\n", i, line);
            say(clients[i], text);
        }
    }
    for (size_t i = 0; i < CLIENTS; i++) {
        close(clients[i]);
    }
    assert_int_equal(weir_plugin_host_join(host), WEIR_OK);
    assert_int_equal(host->received.count, CLIENTS * LINES * 6);
    size_t next[CLIENTS] = {0}; /* each client's lines are there, whole and in its order */
    for (const char *at = weir_plugin_host_received(host); *at != '\0'; at += 6) {
        size_t client = strtoul(at, NULL, 10);
        assert_in_range(client, 0, CLIENTS - 1);
        assert_int_equal(strtoul(at + 3, NULL, 10), next[client]++);
    }
    weir_plugin_host_close(host);
}

static void a_taken_port_is_said_clearly(void **state)
{
    (void)state;
    unsigned port = 0;
    char address[64];
    int server = serve(&port);
    snprintf(address, sizeof address, "address=127.0.0.1:%u", port);
    struct weir_plugin_host *host = open_listen(address, NULL, false);
    assert_int_equal(weir_plugin_host_join(host), WEIR_FATAL);
    assert_non_null(strstr(weir_plugin_host_failure(host), "Address already in use: choose"));
    close(server);
    weir_plugin_host_close(host);
}

static void without_a_host_it_is_loopback(void **state)
{
    (void)state;
    unsigned port = 0;
    char address[64];
    close(serve(&port));
    snprintf(address, sizeof address, "address=:%u", port);
    struct weir_plugin_host *host = open_listen(address, NULL, true);
    weir_plugin_host_await_status(host, "listening on");
    int client = be_client(port);
    say(client, "x\n");
    close(client);
    assert_int_equal(weir_plugin_host_join(host), WEIR_OK);
    expect_received(host, "x\n");
    weir_plugin_host_close(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(until_eof_the_close_is_the_end),
        cmocka_unit_test(it_comes_back_and_says_each_change_once),
        cmocka_unit_test(without_until_eof_a_close_is_not_the_end),
        cmocka_unit_test(it_stops_while_nothing_comes),
        cmocka_unit_test(any_bytes_pass_unharmed),
        cmocka_unit_test(a_line_of_100_mb_is_one_line),
        cmocka_unit_test(a_line_beyond_max_line_is_dropped_and_logged),
        cmocka_unit_test(a_wrong_address_is_refused_before_anything_starts),
        cmocka_unit_test(clients_do_not_mix),
        cmocka_unit_test(more_clients_than_allowed_wait),
        cmocka_unit_test(many_clients_at_once_lose_nothing),
        cmocka_unit_test(a_taken_port_is_said_clearly),
        cmocka_unit_test(without_a_host_it_is_loopback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
