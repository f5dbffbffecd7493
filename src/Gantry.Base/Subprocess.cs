using System.Diagnostics;

namespace Gantry;

/// <summary>The one way to run somebody else's program to its end.</summary>
public static class Subprocess
{
    public readonly record struct Result(int ExitCode, string Output, string Error);

    public static async Task<Result> RunAsync(string file, IReadOnlyList<string> arguments, string? input = null, CancellationToken cancellation = default)
    {
        ProcessStartInfo info = new(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(info) ?? throw GantryException.Internal($"start {file}: no process");
        // Disposing a process leaves its streams, which somebody might still read, to the collector.
        using StreamReader outputPipe = process.StandardOutput, errorPipe = process.StandardError;
        Task<string> output = outputPipe.ReadToEndAsync(cancellation), error = errorPipe.ReadToEndAsync(cancellation);
        try
        {
            await using (StreamWriter inputPipe = process.StandardInput)
                if (input is not null) await inputPipe.WriteAsync(input.AsMemory(), cancellation);
            await process.WaitForExitAsync(cancellation);
            return new Result(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
