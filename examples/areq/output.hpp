// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <memory>
#include <set>
#include <string>

namespace areq {

/// The table of links: a header, then one line "source<TAB>link" for each link found.
///
/// A page's lines are appended at once and handed to the kernel before append() returns. So the lines of
/// pages never mix, and there are whole lines only, whenever the program ends.
class Output {
public:
    /// Makes the file anew, with its header. Throws std::system_error.
    explicit Output(const std::string& path);

    /// Appends the links of one page. Throws std::system_error when they cannot be written.
    void append(const std::string& source, const std::set<std::string>& links);

private:
    struct Close {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };

    void write(const std::string& lines);

    std::string path_;
    std::unique_ptr<std::FILE, Close> file_;
};

/// The lines of one page. Public for its tests.
std::string make_lines(const std::string& source, const std::set<std::string>& links);

}  // namespace areq
