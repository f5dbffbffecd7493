using System.Diagnostics;
using System.Text;

namespace Gantry;

/// <summary>The one way to run somebody else's program to its end.</summary>
public static class Subprocess
{
    /// <summary>The longest that anything waits: a disk that is slow and full of what is to be written needs minutes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>So long it may take those that were killed to be gone: who has called them off removes what they were at work on.</summary>
    private static readonly TimeSpan Dying = TimeSpan.FromSeconds(5);

    /// <summary>Characters of output, and of errors: what writes more than this is hostile, or has lost its mind.</summary>
    private const int MostOutput = 64 << 20;

    public readonly record struct Result(int ExitCode, string Output, string Error);

    /// <param name="file">A path, or a name to be found in PATH.</param>
    /// <param name="limit">So long it may take, its output included; null is ten minutes. Then it is killed, with its children.</param>
    /// <exception cref="GantryException">Unavailable: it has not ended.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">It could not be executed.</exception>
    public static Task<Result> RunAsync(string file, IReadOnlyList<string> arguments, string? input = null, TimeSpan? limit = null,
        CancellationToken cancellation = default) => RunAsync(file, arguments, null, input, limit, cancellation);

    /// <param name="place">Null for that of this program.</param>
    /// <param name="maxOutput">So many characters it may write, and as many of errors; then it is killed likewise.</param>
    /// <inheritdoc cref="RunAsync(string, IReadOnlyList{string}, string, TimeSpan?, CancellationToken)"/>
    public static async Task<Result> RunAsync(string file, IReadOnlyList<string> arguments, SubprocessPlace? place, string? input = null,
        TimeSpan? limit = null, CancellationToken cancellation = default, int maxOutput = MostOutput)
    {
        TimeSpan time = limit ?? Longest;
        using CancellationTokenSource bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bounded.CancelAfter(time);
        try
        {
            return await RunToEndAsync(Started(file, arguments, place), input, maxOutput, bounded.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            string message = $"{Path.GetFileName(file)} has not ended for {time.TotalSeconds} s and was killed";
            throw new GantryException(ErrorKind.Unavailable, message, e);
        }
    }

    private static Process Started(string file, IReadOnlyList<string> arguments, SubprocessPlace? place)
    {
        ProcessStartInfo info =
            new(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (place is not null)
        {
            info.WorkingDirectory = place.Directory;
            info.Environment.Clear();
            foreach ((string name, string value) in place.Environment) info.Environment[name] = value;
        }
        return Process.Start(info) ?? throw GantryException.Internal($"start {file}: no process");
    }

    private static async Task<Result> RunToEndAsync(Process started, string? input, int maxOutput, CancellationToken cancellation)
    {
        using Process process = started;
        // Disposing a process leaves its streams, which somebody might still read, to the collector.
        using StreamReader outputPipe = process.StandardOutput, errorPipe = process.StandardError;
        using CancellationTokenSource tooMuch = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<string> output = ReadAsync(outputPipe, maxOutput, tooMuch), error = ReadAsync(errorPipe, maxOutput, tooMuch);
        try
        {
            await GiveAsync(process.StandardInput, input, tooMuch.Token);
            await process.WaitForExitAsync(tooMuch.Token);
            return new Result(process.ExitCode, await output.WaitAsync(tooMuch.Token), await error.WaitAsync(tooMuch.Token));
        }
        catch (Exception e)
        {
            // Whatever it is that went wrong: nobody waits for it any more.
            End(process);
            await Task.WhenAny(Task.WhenAll(output, error).Quietly(), Task.Delay(Dying, CancellationToken.None));
            if (e is OperationCanceledException && !cancellation.IsCancellationRequested)
                throw GantryException.Unavailable($"{Path.GetFileName(process.StartInfo.FileName)} has written more than {maxOutput} "
                    + "characters and was killed");
            throw;
        }
    }

    /// <summary>To its end, which comes when the program and those that it has started are gone, also after they were killed.</summary>
    private static async Task<string> ReadAsync(StreamReader pipe, int maxOutput, CancellationTokenSource tooMuch)
    {
        StringBuilder text = new();
        char[] piece = new char[4 << 10];
        for (int count; (count = await pipe.ReadAsync(piece, CancellationToken.None)) > 0;)
        {
            if (text.Length + count <= maxOutput) text.Append(piece, 0, count);
            else await tooMuch.CancelAsync();
        }
        return text.ToString();
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
