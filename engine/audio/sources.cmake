target_sources(dubplate_engine PRIVATE
  audio/dither.cpp
  audio/file_sink.cpp
  audio/flac_sink.cpp
  audio/hash.cpp
  audio/output_file.cpp
  audio/pcm.cpp
  audio/pcm_source.cpp
  audio/posix_file.cpp
  audio/resampler.cpp
  audio/scratch_file.cpp
  audio/shared_file.cpp
  audio/sndfile_stream.cpp
  audio/source.cpp
  audio/wav_format.cpp
  audio/wav_sink.cpp
)
