using Gantry.Linux.Native;

namespace Gantry.Linux.Processes;

/// <summary>Memory that libraries take from malloc(3), where the collector has no say: mallopt(3), malloc_trim(3).</summary>
public static class NativeHeap
{
    private const int MapThreshold = -3, MaxArenas = -8, LargeBlock = 128 << 10, Arenas = 2;

    /// <summary>Before there are many threads: for a process that mostly waits, and whose libraries take much for moments.</summary>
    /// <remarks>
    /// Every thread would get an arena of its own, whose free end malloc_trim leaves alone; and the first large block that is freed
    /// would raise the size from which blocks are given back at once.
    /// </remarks>
    public static void KeepSmall()
    {
        _ = ProcessCalls.mallopt(MaxArenas, Arenas);
        _ = ProcessCalls.mallopt(MapThreshold, LargeBlock);
    }

    /// <summary>Gives free pages back.</summary>
    public static void Trim() => _ = ProcessCalls.malloc_trim(0);
}
