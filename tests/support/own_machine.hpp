// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// A machine of one's own: a process with its own files in /etc and its own network.
#pragma once

#include <string>

namespace test {

// Moves this process, which must have one thread, into namespaces of its own: /etc is a copy, the network is
// "lo" with the addresses given, such as "10.1.2.3/16" or "2001:db8::1/64 preferred_lft 0". Gone with the
// process; the copy stays in `folder()` until remove(). Why not, if it cannot be; else empty.
class OwnMachine {
public:
    std::string enter(std::initializer_list<const char*> addresses);
    ~OwnMachine();
    // Replaces a file in /etc.
    void write(const std::string& name, const std::string& text) const;

private:
    std::string folder_;
};

// What a hidden test of this program says, run in a process of its own with `marker` in the environment; in
// the end "exit code 0".
std::string output_on_own_machine(const std::string& marker, const std::string& hidden_test);

}  // namespace test
