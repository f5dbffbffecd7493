namespace Gantry.Shim;

/// <summary>What is left of a run whose shim was killed, or answers no more: <c>shim --end</c> ends it.</summary>
public static class ShimRemains
{
    /// <summary>As long as that may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>After all shims were killed there are as many to end as containers.</summary>
    private static readonly SemaphoreSlim Ending = new(Math.Max(4, Environment.ProcessorCount));

    /// <summary>Ends and removes it all, the shim included.</summary>
    /// <param name="runtimeBinary">The program <c>gantry-runtime</c>.</param>
    /// <param name="config">The shim's <c>shim.json</c>.</param>
    /// <returns>Why something is left all the same; null for nothing.</returns>
    public static async Task<string?> EndAsync(string runtimeBinary, string config)
    {
        await Ending.WaitAsync();
        try
        {
            Subprocess.Result result = await Subprocess.RunAsync(runtimeBinary, ["shim", "--end", "--config", config], limit: Limit);
            return result.ExitCode == 0 ? null : result.Error.Trim() is { Length: > 0 } said ? said
                : $"{runtimeBinary} ended with code {result.ExitCode}";
        }
        catch (Exception e) when (Expected.Any(e) || e is System.ComponentModel.Win32Exception)
        {
            return e.Message;
        }
        finally
        {
            Ending.Release();
        }
    }
}
