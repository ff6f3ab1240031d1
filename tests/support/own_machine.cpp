// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "support/own_machine.hpp"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace test {
namespace {

bool write_file(const char* path, const std::string& text) {
    std::ofstream file(path);
    file << text;
    return static_cast<bool>(file.flush());
}

// As root, or as root of a user namespace.
bool leave() {
    if (::unshare(CLONE_NEWNS | CLONE_NEWNET) == 0) return true;
    const std::string ids = "0 " + std::to_string(::geteuid()) + " 1\n";
    const std::string groups = "0 " + std::to_string(::getegid()) + " 1\n";
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET) != 0) return false;
    return write_file("/proc/self/setgroups", "deny") && write_file("/proc/self/uid_map", ids) &&
           write_file("/proc/self/gid_map", groups);
}

std::string error(const char* what) {
    return std::string(what) + ": " + std::strerror(errno);
}

}  // namespace

std::string OwnMachine::enter(std::initializer_list<const char*> addresses) {
    if (::system("command -v ip >/dev/null") != 0) return "no ip command (package iproute2)";
    if (!leave()) return error("unshare");
    char folder[] = "/tmp/fibers-machine-XXXXXX";
    if (!::mkdtemp(folder)) return error("mkdtemp");
    folder_ = folder;
    if (::system(("cp -a /etc " + folder_ + "/etc 2>/dev/null").c_str()) == -1) return error("cp");
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return error("mount");
    if (::mount((folder_ + "/etc").c_str(), "/etc", nullptr, MS_BIND, nullptr) != 0) return error("mount");
    if (::system("ip link set lo up") != 0) return "ip link set lo up";
    for (const char* const address : addresses) {
        // No search for duplicates: it would take a second.
        const std::string nodad = std::strchr(address, ':') ? " nodad" : "";
        if (::system(("ip addr add " + std::string(address) + nodad + " dev lo").c_str()) != 0)
            return std::string("ip addr add ") + address;
    }
    return {};
}

OwnMachine::~OwnMachine() {
    if (folder_.empty()) return;
    ::umount2("/etc", MNT_DETACH);
    std::filesystem::remove_all(folder_);
}

void OwnMachine::write(const std::string& name, const std::string& text) const {
    // A new file each time: times alone may be too coarse to tell two versions apart.
    const std::string fresh = "/etc/" + name + ".new";
    std::ofstream(fresh) << text;
    std::filesystem::rename(fresh, "/etc/" + name);
}

std::string output_on_own_machine(const std::string& marker, const std::string& hidden_test) {
    const std::string command = marker + "=1 /proc/" + std::to_string(::getpid()) + "/exe '" + hidden_test +
                                "' </dev/null 2>&1; echo \"exit code $?\"";
    FILE* const pipe = ::popen(command.c_str(), "re");
    if (!pipe) return error("popen");
    std::string output;
    char buffer[4096];
    while (const std::size_t n = ::fread(buffer, 1, sizeof buffer, pipe)) output.append(buffer, n);
    ::pclose(pipe);
    return output;
}

}  // namespace test
