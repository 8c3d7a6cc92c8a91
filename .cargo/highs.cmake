# HiGHS compiled as a few large files instead of hundreds of small ones: a third of the time, the same program.
set(CMAKE_UNITY_BUILD ON CACHE BOOL "" FORCE)
