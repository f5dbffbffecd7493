using System.Security.Cryptography;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Transfer;

/// <summary>What is told of a file of this machine: whose it is stays here, and times are told in whole seconds, as archives have them.
/// </summary>
internal sealed class StatMaking(DateTimeOffset now)
{
    /// <summary>So long a clock that the file system goes by may show one time: who writes then changes nothing that could be seen.
    /// </summary>
    private const long Tick = 100_000_000, CoarseTick = 2_000_000_000;

    /// <summary>The first name of every file that has several.</summary>
    private readonly Dictionary<(ulong Device, ulong Inode), byte[]> _linked = [];

    public FileStat Of(WalkedFile file, byte[] path)
    {
        FileStatus status = file.Status;
        byte[] target = file.Target;
        if (status is { Kind: FileKind.Regular, Links: > 1 })
        {
            if (_linked.TryGetValue((status.Device, status.Inode), out byte[]? first)) target = first;
            else _linked.Add((status.Device, status.Inode), path);
        }
        bool isSecond = target.Length > 0 && status.Kind == FileKind.Regular, isDevice = status.Kind is FileKind.CharacterDevice
            or FileKind.BlockDevice;
        return new FileStat
        {
            Path = path, Mode = GoMode.Of(status.Kind, status.Mode), Target = target, Attributes = isSecond ? [] : file.Attributes,
            Size = status.Kind == FileKind.Regular && !isSecond ? status.Size : 0,
            Modified = status.Modified.Seconds * 1_000_000_000, DeviceMajor = isDevice ? status.DeviceMajor : 0,
            DeviceMinor = isDevice ? status.DeviceMinor : 0,
            // A directory is what is in it, and its time is told.
            Identity = status.Kind == FileKind.Directory || isSecond ? 0 : IdentityOf(status),
        };
    }

    private ulong IdentityOf(in FileStatus status)
    {
        long age = (now - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick - FileStat.Nanoseconds(status.Changed);
        // One that may be written to yet without another time is another one next time.
        if (age < (status.Changed.Nanoseconds == 0 ? CoarseTick : Tick)) return Chance();
        ulong mixed = Mix(Mix(Mix(Mix(status.Device) ^ status.Inode) ^ (ulong)status.Changed.Seconds) ^ status.Changed.Nanoseconds);
        return mixed == 0 ? 1 : mixed;
    }

    private static ulong Chance() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;

    /// <summary>Any two numbers give two others, far apart.</summary>
    private static ulong Mix(ulong number)
    {
        number = (number ^ (number >> 32)) * 0xd6e8feb86659fd93;
        number = (number ^ (number >> 32)) * 0xd6e8feb86659fd93;
        return number ^ (number >> 32);
    }
}
