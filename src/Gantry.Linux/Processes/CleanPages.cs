using System.Buffers.Text;
using System.Runtime.InteropServices;
using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Processes;

/// <summary>Gives back the pages of program files that this process has mapped and never changed;
/// what is needed again comes back from the page cache.</summary>
public sealed unsafe class CleanPages : IDisposable
{
    private const int MADV_DONTNEED = 4, PageSize = 4096;
    private const ulong Present = 1UL << 63, Swapped = 1UL << 62, FromFile = 1UL << 61;

    private readonly SafeFileDescriptor _maps, _pageMap;

    private CleanPages(SafeFileDescriptor maps, SafeFileDescriptor pageMap) => (_maps, _pageMap) = (maps, pageMap);

    /// <summary>Opens what the kernel says of this process' memory. To be called while /proc is the host's:
    /// what it says is believed.</summary>
    /// <returns>Null where the kernel does not tell: in a user namespace, of a process that cannot be traced.</returns>
    public static CleanPages? TryOpen()
    {
        SafeFileDescriptor? maps = LinuxFile.TryOpen("/proc/self/maps", OpenFlags.ReadOnly, out _),
            pageMap = LinuxFile.TryOpen("/proc/self/pagemap", OpenFlags.ReadOnly, out _);
        if (maps is not null && pageMap is not null) return new CleanPages(maps, pageMap);
        maps?.Dispose();
        pageMap?.Dispose();
        return null;
    }

    public void Dispose()
    {
        _maps.Dispose();
        _pageMap.Dispose();
    }

    /// <summary>Of mappings that nobody can write to: here other threads may be running.</summary>
    public void DropUnwritable()
    {
        Span<byte> buffer = new byte[16 << 10];
        Span<(nuint, nuint)> mappings = new (nuint, nuint)[512], runs = new (nuint, nuint)[2048];
        Drop(buffer, mappings, runs, writable: false, awaited: -1);
    }

    /// <summary>Once. No other thread may be running: a page that one changes while it is given back would lose that change.</summary>
    /// <param name="buffer">Some kilobytes to work in, for this is about not taking memory.</param>
    /// <param name="awaited">A descriptor to read a byte from before this returns, or -1: waiting here,
    /// before any other code is needed again, takes least.</param>
    public void Drop(Span<byte> buffer, int awaited = -1)
    {
        Drop(buffer, stackalloc (nuint, nuint)[64], stackalloc (nuint, nuint)[256], writable: true, awaited);
    }

    private void Drop(Span<byte> buffer, Span<(nuint Start, nuint End)> mappings,
        Span<(nuint Start, nuint End)> runs, bool writable, int awaited)
    {
        mappings = mappings[..FindMappings(buffer, mappings, writable)];
        int count = 0;
        foreach ((nuint start, nuint end) in mappings)
            FindRuns(_pageMap.Number, start, end, MemoryMarshal.Cast<byte, ulong>(buffer), runs, ref count);
        // All at the very end: whatever runs after this is mapped again, and the kernel maps 16 pages around each that is touched.
        fixed ((nuint Start, nuint End)* first = runs)
        {
            for (int i = 0; i < count; i++) _ = ProcessCalls.madvise((void*)first[i].Start, first[i].End - first[i].Start, MADV_DONTNEED);
            if (awaited >= 0) AwaitByte(awaited);
        }
    }

    private static void AwaitByte(int descriptor)
    {
        byte mark;
        while (SystemCalls.rawsyscall(SyscallNumber.Read, descriptor, (nint)(&mark), 1, 0, 0) < 0)
        {
            int errno = *SystemCalls.__errno_location();
            if (errno != Errno.EINTR) throw new KernelException("read", errno);
        }
    }

    private int FindMappings(Span<byte> buffer, Span<(nuint, nuint)> mappings, bool writable)
    {
        int count = 0, held = 0;
        while (count < mappings.Length)
        {
            int read = RawIo.Read(_maps.Number, buffer[held..]);
            if (read <= 0) break;
            held += read;
            Span<byte> rest = buffer[..held];
            for (int newline; (newline = rest.IndexOf((byte)'\n')) >= 0 && count < mappings.Length; rest = rest[(newline + 1)..])
            {
                if (TryParse(rest[..newline], writable, out mappings[count])) count++;
            }
            rest.CopyTo(buffer);
            held = rest.Length;
        }
        return count;
    }

    /// <summary>For example <c>55b7ee12b000-55b7ee3e2000 r-xp 0000b000 08:01 1234    /usr/bin/gantry-runtime</c>;
    /// private ones of files are wanted.</summary>
    private static bool TryParse(ReadOnlySpan<byte> line, bool writable, out (nuint Start, nuint End) range)
    {
        range = default;
        if (line.IndexOf((byte)'/') < 0) return false;
        if (!Utf8Parser.TryParse(line, out ulong start, out int dash, 'x')
            || !Utf8Parser.TryParse(line[(dash + 1)..], out ulong end, out int length, 'x')) return false;
        range = ((nuint)start, (nuint)end);
        ReadOnlySpan<byte> rights = line.Slice(dash + length + 2, 4);
        return rights[3] == (byte)'p' && (writable || rights[1] == (byte)'-');
    }

    /// <summary>A page that was written to is a copy of our own and no page of the file any more: those stay.</summary>
    private static void FindRuns(int pageMap, nuint start, nuint end, Span<ulong> entries, Span<(nuint, nuint)> runs, ref int count)
    {
        for (nuint at = start; at < end;)
        {
            int wanted = (int)Math.Min((end - at) / PageSize, (nuint)entries.Length);
            int pages = ReadEntries(pageMap, at, entries[..wanted]);
            if (pages == 0) return;
            for (int i = 0, run = 0; i <= pages; i++)
            {
                if (i < pages && (entries[i] & Swapped) == 0 && (entries[i] & (Present | FromFile)) != Present) continue;
                if (i > run && count < runs.Length) runs[count++] = (at + (nuint)run * PageSize, at + (nuint)i * PageSize);
                run = i + 1;
            }
            at += (nuint)pages * PageSize;
        }
    }

    private static int ReadEntries(int pageMap, nuint address, Span<ulong> entries)
    {
        fixed (ulong* target = entries)
        {
            nint count = DescriptorCalls.pread(pageMap, target, (nuint)entries.Length * sizeof(ulong),
                (long)(address / PageSize * sizeof(ulong)));
            return count <= 0 ? 0 : (int)count / sizeof(ulong);
        }
    }
}
