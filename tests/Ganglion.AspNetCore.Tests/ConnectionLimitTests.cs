namespace Ganglion.AspNetCore.Tests;

public sealed class ConnectionLimitTests
{
    [Theory]
    [InlineData("Max open files            1024                 524288               files     ", 512)]
    [InlineData("Max open files            524288               524288               files     ", ConnectionLimit.Most)]
    [InlineData("Max open files            unlimited            unlimited            files     ", ConnectionLimit.Most)]
    [InlineData("Max open files            1                    1                    files     ", 1)]
    [InlineData("Max open files", ConnectionLimit.Most)]
    [InlineData("Max processes             1024                 1024                 processes ", ConnectionLimit.Most)]
    public void Half_of_the_open_files_are_left_to_the_log(string line, int limit) =>
        ConnectionLimit.Of(["Limit                     Soft Limit           Hard Limit           Units     ", line]).ShouldBe(limit);
}
