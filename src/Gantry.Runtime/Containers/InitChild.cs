using Gantry.Linux;
using Gantry.Linux.Processes;

namespace Gantry.Runtime.Containers;

/// <summary>How every child begins that executes this program's <c>init</c>: with its standard streams, what the user lets through, and the
/// way to us. All else it gets with its request.</summary>
internal static class InitChild
{
    /// <param name="streams">What becomes 0, 1 and 2.</param>
    public static ChildRequest Request(SealedExecutable program, SafeFileDescriptor socket, (int Stdin, int Stdout, int Stderr) streams,
        int preserveFds)
    {
        List<(int From, int To)> descriptors = Descriptors(socket, streams, preserveFds);
        return new ChildRequest
        {
            Directory = program.Directory,
            Path = program.Path,
            Arguments = ["gantry-runtime", "init", Number(preserveFds)],
            Descriptors = descriptors,
        };
    }

    /// <summary>The same without anything that a plain child cannot have: it finds the program by a name.</summary>
    public static ChildRequest Plain(SealedExecutable program, SafeFileDescriptor socket, (int Stdin, int Stdout, int Stderr) streams,
        int preserveFds)
    {
        List<(int From, int To)> descriptors = Descriptors(socket, streams, preserveFds);
        string number = Number(preserveFds + 1);
        descriptors.Add((program.Directory.Number, descriptors.Count));
        return new ChildRequest
        {
            Path = Path.Join($"/proc/self/fd/{number}", program.Path),
            Arguments = ["gantry-runtime", "init", Number(preserveFds), number],
            Descriptors = descriptors,
        };
    }

    private static string Number(int behindStreams) => (3 + behindStreams).ToString();

    private static List<(int From, int To)> Descriptors(SafeFileDescriptor socket, (int Stdin, int Stdout, int Stderr) streams,
        int preserveFds)
    {
        List<(int From, int To)> descriptors = [(streams.Stdin, 0), (streams.Stdout, 1), (streams.Stderr, 2)];
        for (int i = 0; i < preserveFds; i++) descriptors.Add((3 + i, 3 + i));
        descriptors.Add((socket.Number, descriptors.Count));
        return descriptors;
    }
}
