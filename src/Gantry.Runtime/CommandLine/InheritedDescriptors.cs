using System.Globalization;
using Gantry.Linux.Files;

namespace Gantry.Runtime.CommandLine;

/// <summary>What the container gets beyond its three standard streams: sockets in the manner of sd_listen_fds(3), then those of
/// <c>--preserve-fds</c>.</summary>
internal static class InheritedDescriptors
{
    public static int Listening =>
        int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? count : 0;

    public static int Count(OptionParser options)
    {
        int count = Listening + options.Number("preserve-fds");
        for (int fd = 3; fd < 3 + count; fd++)
            if (!Descriptor.IsOpen(fd)) throw GantryException.Invalid($"preserve-fds: descriptor {fd} is not open");
        return count;
    }
}
