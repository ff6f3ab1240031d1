// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The rest of a scattered transfer of which a part is done.
#pragma once

#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace netpatch {

// What one system call transfers at most; a blocking write of more returns this.
inline constexpr std::size_t most_per_call = 0x7ffff000;

// The bytes of all pieces, as far as one call would transfer them.
inline std::size_t total_size(const iovec* pieces, std::size_t count) noexcept {
    std::size_t total = 0;
    for (std::size_t i = 0; i < count && total < most_per_call; ++i) {
        total += std::min(pieces[i].iov_len, most_per_call - total);
    }
    return total;
}

// Walks through the pieces of a transfer without touching the caller's array.
class Pieces {
public:
    Pieces(const iovec* pieces, std::size_t count, std::size_t total) noexcept
        : next_(pieces), last_(pieces + count), left_(total) {}

    std::size_t left() const noexcept { return left_; }
    void skip(std::size_t done) noexcept {
        left_ -= done;
        offset_ += done;
        while (next_ != last_ && offset_ >= next_->iov_len) offset_ -= next_++->iov_len;
    }
    // The next few pieces, in `window`; how many.
    template <std::size_t size>
    std::size_t fill(std::array<iovec, size>& window) const noexcept {
        std::size_t used = 0;
        std::size_t room = left_;
        std::size_t offset = offset_;
        for (const iovec* at = next_; at != last_ && used < size && room > 0; ++at, offset = 0) {
            const std::size_t length = std::min(at->iov_len - offset, room);
            window[used++] = {static_cast<char*>(at->iov_base) + offset, length};
            room -= length;
        }
        return used;
    }

private:
    const iovec* next_;
    const iovec* last_;
    std::size_t offset_ = 0;
    std::size_t left_;
};

}  // namespace netpatch
