#pragma once

/// Holds the files that a receipt names against what it says of them: the session and the inputs by XXH3-128, the
/// outputs by SHA-256.
///
/// Where a file is looked for: where the receipt says, unless the receipt was moved or copied together with outputs. Then
/// all files of that tree are looked for in it, by their paths below its root, and only there; files outside of it where
/// the receipt says. The tree is the outputs' folder, and the folders above it with the same names as far as the session
/// or inputs came along.
/// Threads: verify() hashes on `threads` of its own making. Errors: cancelled. A file that cannot be read is a finding.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/audio/byte_ranges.h"
#include "engine/base/result.h"

namespace dubplate::render {

enum class RecordedKind { session, input, output };
std::string_view to_string(RecordedKind kind);  ///< "session", "input", "output"

struct RecordedFile {
    RecordedKind kind = RecordedKind::input;
    std::string path;                      ///< as the receipt has it
    std::string hash;                      ///< XXH3-128, of outputs SHA-256; lower-case hex digits
    std::optional<std::int64_t> bytes;     ///< where the receipt says
    std::vector<audio::ByteRange> ranges;  ///< of an input, what the hash is of (hash_file_ranges); empty: all of it
};

/// What a receipt says of files.
struct Record {
    std::string receipt_folder;  ///< that the receipt lies in now
    std::string working_folder;  ///< that relative paths counted from; "": the current one
    std::vector<RecordedFile> files;
};

enum class FileState { same, changed, missing, unreadable };
std::string_view to_string(FileState state);  ///< "same", "changed", ...

struct VerifiedFile {
    FileState state = FileState::missing;
    std::string found;   ///< the file that was looked at; where it should be if it is missing
    std::string detail;  ///< what is different, or why it cannot be read
};

struct Verified {
    std::vector<VerifiedFile> files;  ///< [file of the record]
    std::string looked_in;            ///< the root of the moved tree; "" if it lies where it was recorded
};

Result<Verified> verify(const Record& record, int threads, const std::function<bool()>& poll = {});

}  // namespace dubplate::render
