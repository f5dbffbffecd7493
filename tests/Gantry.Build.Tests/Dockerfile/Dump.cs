using System.Collections;
using System.Reflection;
using System.Text;
using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Build.Tests.Dockerfile;

/// <summary>A parsed Dockerfile as text: one line an instruction, where it stands, and each of its properties that says
/// something.</summary>
internal static class Dump
{
    public static string Of(BuildFile file)
    {
        StringBuilder output = new();
        foreach (ArgInstruction argument in file.GlobalArguments) output.Append(Line(argument)).Append('\n');
        foreach (BuildStage stage in file.Stages)
        {
            output.Append($"stage {stage.Index} {stage.Name}".TrimEnd()).Append('\n');
            foreach (Instruction instruction in (Instruction[])[stage.From, .. stage.Instructions])
                output.Append("  ").Append(Line(instruction)).Append('\n');
        }
        return output.ToString();
    }

    private static string Line(Instruction instruction)
    {
        TextRange range = instruction.Statement.Range;
        string heredocs = string.Concat(instruction.Statement.Heredocs.Select(one => $" heredoc={Value(one)}"));
        if (instruction is RunInstruction run)
            heredocs += string.Concat(run.Mounts.Where(one => !one.Text.Contains('$')).Select(one => $" {Value(RunMount.Parse(one))}"));
        return $"{range.Line}:{range.Column}-{range.EndLine}:{range.EndColumn} {instruction.Statement.Name}"
            + $"{Members(instruction)}{heredocs}";
    }

    private static string Members(object record) => string.Concat(record.GetType()
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.Name is not ("Statement" or "Heredocs" or "Contents" or "Trigger" or "Range")
            && property.GetIndexParameters().Length == 0 && Says(property.GetValue(record)))
        .Select(property => $" {property.Name}={Value(property.GetValue(record)!)}"));

    private static bool Says(object? value) => value switch
    {
        null or false or 0 or 0L or "" => false, string => true,
        IEnumerable list => list.Cast<object>().Any(), _ => true,
    };

    private static string Value(object value) => value switch
    {
        Word word => $"{GoQuote.Quote(word.Text)}@{word.Range.Line}:{word.Range.Column}-{word.Range.EndLine}:{word.Range.EndColumn}",
        string text => GoQuote.Quote(text),
        IEnumerable list => $"[{string.Join(", ", list.Cast<object>().Select(Value))}]",
        _ when value.GetType().Namespace!.StartsWith("Gantry", StringComparison.Ordinal) =>
            $"{value.GetType().Name}({Members(value).TrimStart()})",
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!,
    };
}
