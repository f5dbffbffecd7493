using System.Text;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Runtime.CommandLine;

/// <summary>Plain writes: <see cref="Console"/> would first set up encodings, terminal settings and signal handlers,
/// which we neither need nor want.</summary>
internal static class StandardOutput
{
    public static void Write(string text) => Descriptor.WriteAll(1, Encoding.UTF8.GetBytes(text));
}

internal static class StandardError
{
    public static void Write(string text)
    {
        try
        {
            Descriptor.WriteAll(2, Encoding.UTF8.GetBytes(text));
        }
        catch (KernelException)
        {
            // With stderr closed there is nobody left to tell.
        }
    }
}
