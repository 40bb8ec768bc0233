using System.ComponentModel;
using System.Globalization;

namespace Ganglion.Tools.BuiltIn;

/// <summary>A tool that calculates, exactly, in decimal numbers: models are bad at it.</summary>
public static class Calculator
{
    /// <summary>
    /// Makes the tool <c>calculate</c>. It knows numbers, <c>+ - * / % ^</c>, parentheses, <c>pi</c>, <c>e</c>, and the functions <c>abs</c>, <c>ceil</c>, <c>floor</c>, <c>max</c>, <c>min</c>,
    /// <c>round</c>, <c>sqrt</c>, <c>sum</c>. It reads up to 1,000 characters, and runs no code.
    /// </summary>
    /// <param name="options">How it is to be called. Default: trusted, in at most 5 s.</param>
    public static AgentTool Create(ToolOptions? options = null) => AgentTool.Create(
        ([Description("Such as: round((1200 - 7 * 85.5) * 1.19, 2). Decimal points, no thousands separators, no units.")] string expression) =>
            new Expression(expression).Calculate().ToString("0.############################", CultureInfo.InvariantCulture),
        "calculate",
        "Calculates an arithmetic expression exactly: + - * / % ^, parentheses, pi, e, abs, ceil, floor, max, min, round(x, digits), sqrt, sum.",
        options ?? new ToolOptions { IsTrusted = true, Timeout = TimeSpan.FromSeconds(5) });
}
