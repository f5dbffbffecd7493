using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gantry.Shape.Clocks;

/// <summary>What is there after some time on one machine is not there yet on another.</summary>
public sealed class DelayTests
{
    /// <summary>Times that are computed are those of kills and faults, by chance or by the round; a loop looks again after its pause.
    /// </summary>
    [Fact]
    public void NoTestWaitsForATime() => Ceiling.Hold("no fixed delay in a test",
        "Wait for a condition; where nothing may happen, take Gantry.Tests.Shared.Stays.",
        from file in Repository.Files
        where file.Path.StartsWith("tests/", StringComparison.Ordinal)
        from call in file.Syntax.DescendantNodes().OfType<InvocationExpressionSyntax>()
        where call.Expression.ToString() is "Task.Delay" or "Thread.Sleep"
        where call.Parent is ExpressionStatementSyntax or AwaitExpressionSyntax { Parent: ExpressionStatementSyntax }
        where IsFixed(call.ArgumentList.Arguments[0].Expression) && !IsPause(call)
        select new Finding(Finding.ProjectOf(file.Path), SourceFile.Place(call), call.ToString()));

    private static bool IsFixed(ExpressionSyntax time) => time is LiteralExpressionSyntax
        || time is InvocationExpressionSyntax { Expression: var made, ArgumentList.Arguments: var parts }
            && made.ToString().StartsWith("TimeSpan.From", StringComparison.Ordinal) && parts.All(part => IsFixed(part.Expression));

    private static bool IsPause(SyntaxNode call) => call.Ancestors()
        .TakeWhile(node => node is not (MemberDeclarationSyntax or LocalFunctionStatementSyntax or LambdaExpressionSyntax))
        .Any(node => node is WhileStatementSyntax or ForStatementSyntax or DoStatementSyntax or ForEachStatementSyntax);
}
