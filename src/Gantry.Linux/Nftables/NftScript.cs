using System.Runtime.InteropServices;

namespace Gantry.Linux.Nftables;

/// <summary>Runs nft(8) commands through libnftables in the caller's network namespace.</summary>
/// <remarks>For the shape of tables, which changes rarely: the library reads the whole host's rule set for each call. Elements go through
/// <see cref="NftElements"/>.</remarks>
public static class NftScript
{
    /// <summary>The library keeps global parser state.</summary>
    private static readonly Lock Gate = new();

    /// <summary>All commands as one transaction: all of them happen, or none.</summary>
    /// <exception cref="GantryException">Unsupported: no library, or the kernel lacks a part of nftables; Internal: anything else,
    /// with nft's own text.</exception>
    public static void Run(string commands) => Execute(commands);

    /// <summary>The output of a <c>list</c> command.</summary>
    public static string Query(string command) => Execute(command);

    private static string Execute(string commands)
    {
        lock (Gate)
        {
            nint context = Create();
            try
            {
                // Otherwise the library writes to our own stdout and stderr.
                if (NativeNftables.nft_ctx_buffer_error(context) != 0 || NativeNftables.nft_ctx_buffer_output(context) != 0)
                {
                    throw GantryException.Internal("libnftables: cannot buffer its output");
                }
                int failed = NativeNftables.nft_run_cmd_from_buffer(context, commands);
                if (failed != 0) throw Failure(Marshal.PtrToStringUTF8(NativeNftables.nft_ctx_get_error_buffer(context)) ?? "");
                return Marshal.PtrToStringUTF8(NativeNftables.nft_ctx_get_output_buffer(context)) ?? "";
            }
            finally
            {
                NativeNftables.nft_ctx_free(context);
            }
        }
    }

    private static nint Create()
    {
        try
        {
            nint context = NativeNftables.nft_ctx_new(0);
            return context != 0 ? context : throw GantryException.Internal("libnftables: no context");
        }
        catch (DllNotFoundException e)
        {
            throw new GantryException(ErrorKind.Unsupported,
                "the firewall needs libnftables.so.1, which is not installed (Debian: apt-get install libnftables1)", e);
        }
    }

    private static GantryException Failure(string text)
    {
        string brief = text.Split('\n', 2)[0].Trim();
        bool missing = text.Contains("Operation not supported", StringComparison.Ordinal)
            || text.Contains("Protocol not supported", StringComparison.Ordinal);
        return missing ? GantryException.Unsupported($"not supported by this kernel: nftables: {brief}")
            : GantryException.Internal($"nftables: {brief}");
    }
}
