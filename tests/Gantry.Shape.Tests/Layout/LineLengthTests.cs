using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;
using Microsoft.CodeAnalysis.Text;

namespace Gantry.Shape.Layout;

/// <summary>A line is read at a glance, and two files fit beside each other.</summary>
public sealed class LineLengthTests
{
    private const int Most = 140;

    [Fact]
    public void NoLineIsLongerThanAScreen() => Ceiling.Hold($"no line over {Most} characters", "Break the line, or say it shorter.",
        Repository.Files.SelectMany(file => file.Text.Lines.Where(line => line.Span.Length > Most).Select(line => Found(file, line))));

    private static Finding Found(SourceFile file, TextLine line) =>
        new(Finding.ProjectOf(file.Path), $"{file.Path}:{line.LineNumber + 1}", $"{line.Span.Length} characters");
}
