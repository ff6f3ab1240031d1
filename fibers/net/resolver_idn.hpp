// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Names in other scripts than DNS knows, by libidn2 where it is installed: what AI_IDN and its like ask for.
#pragma once

#include <string>

namespace fibers::net {

// "bücher.test" as "xn--bcher-kva.test"; ASCII stays as it is. 0 or EAI_IDN_ENCODE: not text in the locale's
// encoding, no name that can be encoded, or no libidn2. The first such call loads it. Never suspends.
int to_dns_encoding(const std::string& name, std::string& encoded);
// And back; the name itself where it says nothing else or there is no libidn2.
std::string from_dns_encoding(const std::string& name);

}  // namespace fibers::net
