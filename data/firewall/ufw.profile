# SPDX-License-Identifier: GPL-3.0-or-later
[Porch]
title=Porch
description=Share folders and send files to the computers around you
ports=47317/tcp|5353/udp
