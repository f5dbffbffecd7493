using System.Text.Json;

namespace Gantry;

/// <summary>Failures that the world makes and no program can rule out: the one list of them.
/// Whatever is not in it is a fault of ours, and is never caught to go on.</summary>
public static class Expected
{
    /// <summary>The system refused: a full disk, a missing or forbidden file, a call that the kernel does not do.</summary>
    public static bool OfSystem(Exception e) => e is IOException or UnauthorizedAccessException or SystemRefusalException;

    /// <summary>Also what we refuse ourselves, and content that is not what it should be.</summary>
    public static bool Any(Exception e) => OfSystem(e) || e is GantryException or DamagedFileException or JsonException;
}

/// <summary>A step that the system refused; the message names it.</summary>
public abstract class SystemRefusalException(string message) : Exception(message);
