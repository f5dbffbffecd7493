using Gantry.Linux;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>What an init gets as 0, 1 and 2, for as long as it takes to make it. The caller goes on owning what it gave.</summary>
internal sealed class InitStreams : IDisposable
{
    private SafeFileDescriptor? _null;

    /// <param name="inUser">It will be in a user namespace, where it can make no null device and may find none;
    /// and whose root may be the one that owns the host's. So it gets another in the place of that.</param>
    public InitStreams(int stdin, int stdout, int stderr, OciProcess? process, bool inUser)
    {
        Numbers = Of(stdin, stdout, stderr, process);
        if (inUser) Numbers = (Own(Numbers.Stdin), Own(Numbers.Stdout), Own(Numbers.Stderr));
    }

    public (int Stdin, int Stdout, int Stderr) Numbers { get; }

    // With a terminal init opens its own; until then it needs only somewhere to write to.
    public static (int Stdin, int Stdout, int Stderr) Of(int stdin, int stdout, int stderr, OciProcess? process) =>
        process?.Terminal == true ? (2, 2, 2) : (stdin, stdout, stderr);

    private int Own(int number)
    {
        using SafeFileDescriptor stream = new(number, owns: false);
        if (!NullDevice.Is(stream)) return number;
        // Where we may make none either, nobody has rights on the host's.
        _null ??= NullDevice.TryOpen();
        return _null?.Number ?? number;
    }

    public void Dispose() => _null?.Dispose();
}
