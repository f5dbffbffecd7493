using Gantry.Api.Client;
using Gantry.Api.Host;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Output;

namespace Gantry.Cli.Host;

/// <summary><c>gantry system check</c>: exit status 1 when something is wrong and was not repaired.</summary>
internal sealed class SystemCheck : Command
{
    private readonly BoolFlag _quiet, _repair;

    public SystemCheck()
    {
        _quiet = Flags.Switch("quiet", 'q', "Say nothing; the exit status says it");
        _repair = Flags.Switch("repair", 'r', "Remove, set aside or make anew what is broken");
    }

    public override string Syntax => "[OPTIONS]";

    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        StoreReport report = Ask(invocation);
        if (!_quiet)
        {
            foreach (StoreProblem problem in report.Problems) Write(invocation.Out, problem);
            invocation.Out.WriteLine($"Checked {Counted(report.Images, "image")}, {Counted(report.Layers, "layer")}, "
                + $"{Counted(report.Blobs, "blob")}, {Counted(report.Containers, "container")}; {ByteSize.Text(report.Bytes)} read: "
                + $"{Verdict(report)}");
        }
        return report.Problems.TrueForAll(problem => problem.Repaired) ? 0 : 1;
    }

    private StoreReport Ask(Invocation invocation)
    {
        try
        {
            return invocation.Client.System.Check(_repair);
        }
        catch (ApiException e) when (e.Status == 404)
        {
            throw new CliException("this daemon cannot check its store; gantryd can");
        }
    }

    private void Write(TextWriter output, StoreProblem problem)
    {
        string how = problem.Repaired ? "repaired" : "left";
        output.WriteLine($"{problem.Kind} {problem.Name}: {problem.What}");
        output.WriteLine(problem.Repaired || _repair ? $"    {how}: {problem.Remedy}" : $"    with --repair: {problem.Remedy}");
    }

    private static string Verdict(StoreReport report)
    {
        int left = report.Problems.Count(problem => !problem.Repaired);
        if (report.Problems.Count == 0) return "all is well";
        return left == 0 ? $"{Counted(report.Problems.Count, "problem")} repaired"
            : $"{Counted(left, "problem")}{(report.Problems.Count > left ? $", {report.Problems.Count - left} more repaired" : "")}";
    }

    private static string Counted(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
