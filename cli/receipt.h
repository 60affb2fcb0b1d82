#pragma once

/// A receipt (docs/receipts.md) read back from its file.
///
/// What is read of it: which files it names, with their hashes. Other keys may hold anything, so that receipts of newer
/// versions can be read. Errors: all mistakes at once (the first hundred), each with file, line, column and JSON pointer.

#include <optional>
#include <string>
#include <vector>

#include "engine/render/verify.h"

namespace dubplate::cli {

struct ReceiptRead {
    render::Record record;
    std::vector<Error> errors;  ///< if there are any, the record is not whole
};

ReceiptRead read_receipt_file(const std::string& path);

}  // namespace dubplate::cli
