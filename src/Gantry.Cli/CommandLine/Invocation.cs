using Gantry.Api.Client;
using Gantry.Cli.Commands;

namespace Gantry.Cli.CommandLine;

/// <summary>One call of a command: its operands, the daemon, and the standard streams.</summary>
internal sealed class Invocation(string program, string commandPath, List<string> operands, ClientOptions options)
{
    /// <summary>The name that we were called by: <c>gantry</c> or <c>docker</c>.</summary>
    public string Program { get; } = program;
    /// <summary>With the program: <c>gantry container run</c>.</summary>
    public string CommandPath { get; } = commandPath;
    public List<string> Operands { get; } = operands;
    public ClientOptions Options { get; } = options;

    /// <summary>Made at the first use; connects at the first request.</summary>
    public ApiClient Client => field ??= Options.OpenClient();

    /// <summary>Buffered; flushed when the command ends. Flush it yourself where output must be seen before that.</summary>
    public TextWriter Out => StandardStreams.Out;

    /// <summary>Not buffered.</summary>
    public TextWriter Error => StandardStreams.Error;

    /// <summary>The items that <see cref="ForEach(IEnumerable{string}, Action{string}, bool)"/> failed on.</summary>
    public List<string> Failed { get; } = [];

    /// <summary>Does the same for each operand and prints the operand when it succeeded;
    /// a failure is reported and does not stop the others.</summary>
    public int ForEach(Action<string> action, bool print = true) => ForEach(Operands, action, print);

    /// <inheritdoc cref="ForEach(Action{string}, bool)"/>
    public int ForEach(IEnumerable<string> items, Action<string> action, bool print = true)
    {
        int status = 0;
        foreach (string item in items)
        {
            try
            {
                action(item);
                if (!print) continue;
                Out.WriteLine(item);
                Out.Flush();
            }
            catch (ApiException e)
            {
                Error.WriteLine($"Error response from daemon: {e.Message}");
                Failed.Add(item);
                status = 1;
            }
        }
        return status;
    }
}
