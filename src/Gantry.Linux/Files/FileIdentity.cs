using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>Which file an open descriptor is, whatever it is called by now: device, inode, and when it was made: the inode of a file
/// that is gone is given out again, by ext4 to the next one that is made.</summary>
/// <param name="Birth">Nanoseconds since 1970; 0 where it is not known.</param>
public readonly record struct FileIdentity(ulong Device, ulong Inode, long Birth)
{
    /// <summary>Whether both are the same, as far as the one who wrote it down could tell.</summary>
    public bool Is(FileIdentity other) => (Device, Inode) == (other.Device, other.Inode)
        && (Birth == other.Birth || Birth == 0 || other.Birth == 0);

    public static FileIdentity Of(SafeHandle file) => Of(StatusCall.Of(file));

    /// <returns>Null when nothing is there, or it cannot be reached.</returns>
    public static FileIdentity? Of(string path) => StatusCall.Of(path) is { } status ? Of(status) : null;

    private static FileIdentity Of(in FileCalls.Statx status) => 
        new(StatusCall.Device(status), status.Inode, StatusCall.Birth(status));
}
