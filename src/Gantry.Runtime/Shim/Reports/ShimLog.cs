using System.Text;
using Gantry.Linux.Files;

namespace Gantry.Runtime.Shim.Reports;

/// <summary>What the shim has to say about itself: lines on stderr, which is <c>shim.log</c> in the bundle.</summary>
internal static class ShimLog
{
    // Not through the console class: that would cost more memory than all the rest of an idle shim.
    public static void Write(string message) =>
        RawIo.Write(2, Encoding.UTF8.GetBytes($"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {message}\n"));
}
