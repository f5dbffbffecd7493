using System.Runtime.InteropServices;
using System.Text;

namespace Gantry.Linux.Processes;

/// <summary>Memory outside the GC's reach, all freed together: what a forked child or an execve reads.</summary>
internal sealed unsafe class UnmanagedStrings : IDisposable
{
    private readonly List<nint> _blocks = [];

    public byte* Text(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        byte* memory = Allocate(length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(memory, length));
        return memory;
    }

    /// <summary>A null-terminated vector, as argv and envp are.</summary>
    public byte** Vector(IReadOnlyList<string> items)
    {
        byte** vector = (byte**)Allocate((items.Count + 1) * sizeof(byte*));
        for (int i = 0; i < items.Count; i++) vector[i] = Text(items[i]);
        return vector;
    }

    /// <summary>Zeroed.</summary>
    public byte* Allocate(int size)
    {
        byte* memory = (byte*)NativeMemory.AllocZeroed((nuint)Math.Max(size, 1));
        _blocks.Add((nint)memory);
        return memory;
    }

    public void Dispose()
    {
        foreach (nint block in _blocks) NativeMemory.Free((void*)block);
        _blocks.Clear();
    }
}
