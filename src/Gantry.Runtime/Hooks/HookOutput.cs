using System.Text;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Runtime.Hooks;

/// <summary>What a hook has written to one of its streams, as far as it is told.</summary>
internal sealed class HookOutput
{
    private const int Limit = 64 << 10;
    private readonly StringBuilder _text = new();

    public HookOutput(SafeFileDescriptor pipe)
    {
        Descriptor.SetNonBlocking(pipe.Number, true);
        Pipe = pipe;
    }

    public SafeFileDescriptor Pipe { get; }
    public string Text => _text.ToString().Trim();

    /// <summary>All that is there now. Who has inherited the other end from the hook may hold it for long.</summary>
    /// <returns>False at the end of the stream.</returns>
    public bool Take()
    {
        Span<byte> buffer = stackalloc byte[4096];
        // A pipe holds no more; one that goes on writing shall not keep us from looking at the clock.
        for (int room = Limit; room > 0;)
        {
            int count = Descriptor.Read(Pipe.Number, buffer);
            if (count <= 0) return count < 0;
            if (_text.Length < Limit) _text.Append(Encoding.UTF8.GetString(buffer[..count]));
            room -= count;
        }
        return true;
    }
}
