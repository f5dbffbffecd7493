using System.Diagnostics;

namespace Gantry;

/// <summary>The one way to run somebody else's program to its end.</summary>
public static class Subprocess
{
    /// <summary>The longest that anything waits: a disk that is slow and full of what is to be written needs minutes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public readonly record struct Result(int ExitCode, string Output, string Error);

    /// <param name="file">A path, or a name to be found in PATH.</param>
    /// <param name="limit">So long it may take, its output included; null is ten minutes. Then it is killed, with its children.</param>
    /// <exception cref="GantryException">Unavailable: it has not ended.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">It could not be executed.</exception>
    public static async Task<Result> RunAsync(string file, IReadOnlyList<string> arguments, string? input = null, TimeSpan? limit = null,
        CancellationToken cancellation = default)
    {
        TimeSpan time = limit ?? Longest;
        using CancellationTokenSource bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bounded.CancelAfter(time);
        try
        {
            return await RunToEndAsync(file, arguments, input, bounded.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            string message = $"{Path.GetFileName(file)} has not ended for {time.TotalSeconds} s and was killed";
            throw new GantryException(ErrorKind.Unavailable, message, e);
        }
    }

    private static async Task<Result> RunToEndAsync(string file, IReadOnlyList<string> arguments, string? input,
        CancellationToken cancellation)
    {
        ProcessStartInfo info =
            new(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(info) ?? throw GantryException.Internal($"start {file}: no process");
        // Disposing a process leaves its streams, which somebody might still read, to the collector.
        using StreamReader outputPipe = process.StandardOutput, errorPipe = process.StandardError;
        Task<string> output = outputPipe.ReadToEndAsync(cancellation), error = errorPipe.ReadToEndAsync(cancellation);
        try
        {
            await GiveAsync(process.StandardInput, input, cancellation);
            await process.WaitForExitAsync(cancellation);
            return new Result(process.ExitCode, await output, await error);
        }
        catch
        {
            // Whatever it is that went wrong: nobody waits for it any more.
            End(process);
            throw;
        }
    }

    private static async Task GiveAsync(StreamWriter pipe, string? input, CancellationToken cancellation)
    {
        try
        {
            await using (pipe)
                if (input is not null) await pipe.WriteAsync(input.AsMemory(), cancellation);
        }
        catch (IOException)
        {
            // It has closed its input, as who has read enough does: its end says whether that was right.
        }
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // It has just ended, or a child of it: what is left of the others is nobody's to wait for.
        }
    }
}
