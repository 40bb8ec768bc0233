using System.Text.Json;
using Ganglion.Tools;
using Ganglion.Tools.BuiltIn;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Tools.BuiltIn;

public sealed class CalculatorTests
{
    private readonly AgentTool _calculator = Calculator.Create();

    [Theory]
    [InlineData("1+2*3", "7")]
    [InlineData(" ( 1 + 2 ) * 3 ", "9")]
    [InlineData("0.1+0.2", "0.3")]
    [InlineData("7-3-2", "2")]
    [InlineData("2^3^2", "512")]
    [InlineData("-2^2", "-4")]
    [InlineData("2^-1", "0.5")]
    [InlineData("--2", "2")]
    [InlineData("10 % 4 / 2", "1")]
    [InlineData("1e3 + 2.5E-1", "1000.25")]
    [InlineData("round((1200 - 7 * 85.5) * 1.19, 2)", "715.79")]
    [InlineData("max(1, min(5, 3), -2) + sum(1,2,3) + abs(-4)", "13")]
    [InlineData("sqrt(2)", "1.4142135623730950488016887242")]
    [InlineData("9^0.5", "3")]
    [InlineData("floor(-1.5) + CEIL(1.2)", "0")]
    [InlineData("2 * pi", "6.2831853071795864769252867666")]
    public async Task It_calculates(string expression, string result) => (await CalculateAsync(expression)).ShouldBe(result);

    [Theory]
    [InlineData("", "ends where a number")]
    [InlineData("1 +", "ends where a number")]
    [InlineData("(1", "ends where ')'")]
    [InlineData("1 2", "'2' stands at 3")]
    [InlineData("1..2", "'1..2' at 1 is no number")]
    [InlineData("2e", "'e' stands at 2")]
    [InlineData("x + 1", "'x' at 1 is nothing")]
    [InlineData("round(1, 99)", "There is no 'round' of 2 values like these")]
    [InlineData("System.IO.File.Delete(1)", "'system' at 1 is nothing")]
    [InlineData("1,000 + 1", "',' stands at 2")]
    [InlineData("2^0.3", "An exponent is a whole number")]
    [InlineData("2^99999999", "An exponent is a whole number")]
    [InlineData("sqrt(-1)", "no root")]
    [InlineData("1/0", "zero")]
    [InlineData("9^999", "too large")]
    public async Task What_cannot_be_calculated_is_said_where_and_why(string expression, string fault) =>
        (await Should.ThrowAsync<Exception>(CalculateAsync(expression))).Message.ShouldContain(fault);

    [Fact]
    public async Task Nothing_that_is_nested_or_long_brings_the_process_down()
    {
        foreach (string expression in new[] { new string('(', 900), new string('-', 900) + "1", string.Concat(Enumerable.Repeat("2^", 450)) + "1", string.Concat(Enumerable.Repeat("abs(", 240)), new string('1', 1_001) })
        {
            await Should.NotThrowAsync(async () =>
            {
                try
                {
                    await CalculateAsync(expression);
                }
                catch (Exception exception) when (exception is FormatException or ArithmeticException)
                {
                }
            });
        }
    }

    private async Task<string> CalculateAsync(string expression) =>
        ((JsonElement)(await _calculator.InvokeAsync(new AIFunctionArguments { ["expression"] = expression }, TestContext.Current.CancellationToken))!).GetString()!;
}
