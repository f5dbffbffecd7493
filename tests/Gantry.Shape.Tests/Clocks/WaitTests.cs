using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gantry.Shape.Clocks;

/// <summary>The machine's time is put right while somebody waits, by hours after a sleep or at the first word of NTP.</summary>
public sealed class WaitTests
{
    /// <summary>gRPC's deadlines are points in time; the wait itself goes by a timer.</summary>
    private const string Excepted = "src/Gantry.Daemon/Http/Calls/CallContext.cs";

    [Fact]
    public void NobodyWaitsByTheMachinesTime() => Ceiling.Hold("no end of a wait by the machine's time",
        "Take Gantry.Deadline, or a TimeProvider's timestamps.",
        from file in Repository.Files
        where file.Path.StartsWith("src/", StringComparison.Ordinal) && file.Path != Excepted
        from now in file.Syntax.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
        where now.ToString() is "DateTime.UtcNow" or "DateTime.Now" or "DateTimeOffset.UtcNow" or "DateTimeOffset.Now"
        where IsEnd(now) || IsCompared(now)
        select new Finding(Finding.ProjectOf(file.Path), SourceFile.Place(now), now.Parent!.ToString()));

    private static bool IsEnd(MemberAccessExpressionSyntax now) =>
        now.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression }
            or MemberAccessExpressionSyntax { Name.Identifier.Text: ['A', 'd', 'd', ..] };

    private static bool IsCompared(MemberAccessExpressionSyntax now) => now.Parent is BinaryExpressionSyntax
    {
        RawKind: (int)SyntaxKind.GreaterThanExpression or (int)SyntaxKind.GreaterThanOrEqualExpression
            or (int)SyntaxKind.LessThanExpression or (int)SyntaxKind.LessThanOrEqualExpression,
    };
}
