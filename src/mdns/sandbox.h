/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walls around the responder: it reads packets from anybody on the network, so it may do nothing but talk mDNS. */
#pragma once

/* Before the responder starts: no new privileges, no core, little memory, few descriptors, dies with its parent. 0 or -1. */
int sandbox_begin (void);
/* Once its sockets are open: no file can be opened (Landlock), no other system call made (seccomp, where it was built with it). */
int sandbox_close (void);
