using Gantry.Linux;
using Gantry.Linux.Compression;
using Gantry.Linux.Files;
using Gantry.Shim;
using Gantry.Shim.Logs;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Engine.Logs;

/// <summary>The files of one log, opened, oldest first. They stay readable when rotation renames or removes them.</summary>
internal sealed class LogFileSet : IDisposable
{
    /// <summary>No log packs as well as this: a record has its own time, and the longest are of 16 KiB. What does is made to fill
    /// the disk.</summary>
    private const long HighestRatio = 10_000, AlwaysAllowed = 1 << 20;

    /// <param name="Name">As it was when it was opened.</param>
    /// <param name="Packed">What <see cref="Handle"/> holds is packed.</param>
    internal readonly record struct Entry(string Name, LogFormat Format, SafeFileHandle Handle, FileIdentity Identity, DateTime Modified,
        bool Packed)
    {
        /// <summary>Whether this is what another open file has become.</summary>
        public bool IsPackedFrom(FileIdentity other, SafeFileHandle open) =>
            Packed && PackedLog.Origin(Handle)?.Is(other) == true && Modified == File.GetLastWriteTimeUtc(open);

        /// <summary>Whether this is the file in which a log ended at some moment, packed since then or not.</summary>
        public bool Holds(LogEnd end)
        {
            FileIdentity file = new(end.Device, end.Inode, end.Birth);
            return Packed ? PackedLog.Origin(Handle)?.Is(file) == true : Identity.Is(file) && RandomAccess.GetLength(Handle) >= end.Size;
        }

        /// <summary>Its content, which is the caller's from then on; what is packed is unpacked into a file without a name.</summary>
        /// <param name="notice">Told why that is not all of it.</param>
        /// <exception cref="OperationCanceledException">It is closed.</exception>
        public SafeFileHandle Unpack(Action<string>? notice, CancellationToken cancellation)
        {
            if (!Packed) return Handle;
            SafeFileHandle? plain = null;
            try
            {
                plain = Nameless(Path.GetDirectoryName(Name)!);
                using ZstdReadStream unpacked = new(new FileStream(Handle, FileAccess.Read, 0));
                byte[] buffer = new byte[64 * 1024];
                long position = 0, limit = AlwaysAllowed + HighestRatio * RandomAccess.GetLength(Handle);
                for (int count; (count = unpacked.Read(buffer)) > 0; position += count)
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (position + count > limit) throw new InvalidDataException($"it has more than {limit} bytes, as no log has");
                    RandomAccess.Write(plain, buffer.AsSpan(0, count), position);
                }
            }
            catch (Exception e) when (Expected.Any(e) || e is InvalidDataException)
            {
                notice?.Invoke($"an old log file cannot be unpacked: {e.Message}");
            }
            catch (OperationCanceledException)
            {
                plain?.Dispose();
                throw;
            }
            plain ??= Owned(SealedMemory.Create("gantry-log"));
            File.SetLastWriteTimeUtc(plain, Modified);
            return plain;
        }

        /// <summary>Beside the log, where there is room for as much: what is for temporary files is often memory.</summary>
        private static SafeFileHandle Nameless(string directory)
        {
            try
            {
                return Owned(LinuxFile.OpenNameless(directory));
            }
            catch (KernelException)
            {
                // The container was removed meanwhile, or its file system has no such files.
                string name = Path.Combine(Path.GetTempPath(), $"gantry-log-{Guid.NewGuid():N}");
                SafeFileDescriptor file = LinuxFile.Open(name, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive);
                File.Delete(name);
                return Owned(file);
            }
        }
    }

    private LogFileSet() { }

    public List<Entry> Files { get; } = [];

    /// <param name="earlier">What was written before the first of these, by a shim that kept it as json-file.</param>
    /// <remarks>
    /// Opened from the newest on: when a rotation comes in between, a file is met twice, under its old and its new name,
    /// and none is missed.
    /// </remarks>
    public static LogFileSet Open(string path, LogFormat format, string? earlier = null)
    {
        LogFileSet set = new();
        try
        {
            set.Add(path, format);
            if (earlier is not null) set.Add(earlier, LogFormat.Of(LogDriver.JsonFile));
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    private void Add(string path, LogFormat format)
    {
        for (int number = 0, missing = 0; missing < 2; number++)
        {
            if ((TryOpen(LogFileName.Of(path, number), format, packed: false)
                ?? TryOpen(LogFileName.PackedOf(path, number), format, packed: true)) is not { } entry)
            {
                // Rotation that was cut short leaves a gap of one.
                missing++;
                continue;
            }
            missing = 0;
            bool known = Files.Exists(file => file.Identity == entry.Identity || entry.IsPackedFrom(file.Identity, file.Handle));
            if (known) entry.Handle.Dispose();
            else Files.Insert(0, entry);
        }
    }

    /// <summary>Takes an entry out, whose handle then belongs to the caller.</summary>
    public Entry TakeFirst()
    {
        Entry first = Files[0];
        Files.RemoveAt(0);
        return first;
    }

    /// <summary>Lets go of all but the oldest so many.</summary>
    public void KeepFirst(int count)
    {
        foreach (Entry entry in Files[count..]) entry.Handle.Dispose();
        Files.RemoveRange(count, Files.Count - count);
    }

    /// <summary>The content of one that stays in the set, from now on as it is.</summary>
    public SafeFileHandle Unpack(int index, Action<string>? notice, CancellationToken cancellation)
    {
        Files[index] = Files[index] with { Handle = Files[index].Unpack(notice, cancellation), Packed = false };
        return Files[index].Handle;
    }

    private static Entry? TryOpen(string name, LogFormat format, bool packed)
    {
        SafeFileHandle handle;
        try
        {
            handle = Owned(RegularFile.Open(name, OpenFlags.ReadOnly));
        }
        catch (KernelException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return null;
        }
        catch (NotRegularFileException e)
        {
            throw GantryException.Conflict($"the log cannot be read: {e.Message}");
        }
        return new Entry(name, format, handle, FileIdentity.Of(handle), File.GetLastWriteTimeUtc(handle), packed);
    }

    private static SafeFileHandle Owned(SafeFileDescriptor file)
    {
        SafeFileHandle handle = new(file.Number, ownsHandle: true);
        file.SetHandleAsInvalid();
        return handle;
    }

    public void Dispose()
    {
        foreach (Entry entry in Files) entry.Handle.Dispose();
        Files.Clear();
    }
}
