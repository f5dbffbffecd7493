using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>Which file an open descriptor is, whatever it is called by now: device and inode.</summary>
public readonly record struct FileIdentity(ulong Device, ulong Inode)
{
    public static FileIdentity Of(SafeHandle file) => Of(StatusCall.Of(file));

    /// <returns>Null when nothing is there, or it cannot be reached.</returns>
    public static FileIdentity? Of(string path) => StatusCall.Of(path) is { } status ? Of(status) : null;

    private static FileIdentity Of(in FileCalls.Statx status) => new(StatusCall.Device(status), status.Inode);
}
