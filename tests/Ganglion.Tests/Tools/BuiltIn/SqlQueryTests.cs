using System.Collections.Concurrent;
using System.Data;
using System.Text.Json;
using Ganglion.Tools;
using Ganglion.Tools.BuiltIn;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Tools.BuiltIn;

/// <summary>Queries of a database, and what is none.</summary>
public sealed class SqlQueryTests : IDisposable
{
    private readonly DataTable _table = new() { Locale = System.Globalization.CultureInfo.InvariantCulture };
    private readonly ConcurrentQueue<string> _told = new();

    public SqlQueryTests()
    {
        _table.Columns.Add("name", typeof(string));
        _table.Columns.Add("price", typeof(decimal));
        _table.Columns.Add("picture", typeof(byte[]));
        _table.Columns.Add("since", typeof(DateTime));
    }

    public void Dispose() => _table.Dispose();

    [Fact]
    public async Task Rows_become_lines_and_values_stay_within_theirs()
    {
        _table.Rows.Add("a|b\nc", 1.50m, new byte[7], new DateTime(2026, 11, 22, 8, 0, 0));
        _table.Rows.Add(DBNull.Value, DBNull.Value, DBNull.Value, DBNull.Value);

        (await QueryAsync("select * from cars")).ShouldBe("""
            name | price | picture | since
            a\|b c | 1.50 | [7 bytes] | 2026-11-22T08:00:00
            NULL | NULL | NULL | NULL
            [2 rows]
            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task It_runs_in_a_transaction_that_reads_only_and_is_rolled_back()
    {
        await QueryAsync(
            "select * from cars where name = @name and price < :price", new SqlQueryOptions { ReadOnlyStatement = "SET TRANSACTION READ ONLY" },
            new() { ["@name"] = JsonElement.Parse("\"x'; drop table cars\""), ["price"] = JsonElement.Parse("12.5") });

        _told.ShouldBe(
        [
            "open", "begin", "SET TRANSACTION READ ONLY",
            "select * from cars where name = @name and price < :price name=x'; drop table cars price=12.5", "cancel", "rollback", "close",
        ]);
    }

    [Fact]
    public async Task Of_many_rows_and_long_values_only_so_much_is_returned()
    {
        for (int i = 0; i < 10; i++)
        {
            _table.Rows.Add(new string('x', 100), 1m);
        }

        string told = await QueryAsync("select 1", new SqlQueryOptions { MaxRows = 3, MaxValueLength = 5 });

        told.Split('\n').Length.ShouldBe(5);
        told.ShouldContain("xxxxx… | 1");
        told.ShouldEndWith("[the first 3 rows; there are more: narrow the query]");
    }

    [Theory]
    [InlineData("select 1")]
    [InlineData(" SELECT 1 ; ")]
    [InlineData("with a as (select 1) select * from a")]
    [InlineData("select 'it''s; drop table x', \"update\", `delete` from t")]
    [InlineData("select created, updated_at, last_insert from t order by 1 desc limit 3 offset 2")]
    [InlineData("select a[1], b->>'c', x::int, $1 from [my table] where y <> 'ä'")]
    public async Task One_query_is_run(string sql)
    {
        await QueryAsync(sql);

        _told.ShouldContain(sql);
    }

    [Theory]
    [InlineData("", "begin with SELECT or WITH")]
    [InlineData("(select 1); drop table x", "nothing may stand behind")]
    [InlineData("drop table x", "'drop' is not allowed")]
    [InlineData("explain select 1", "begin with SELECT or WITH")]
    [InlineData("select 1; select 2", "nothing may stand behind")]
    [InlineData("select 1;;", "nothing may stand behind")]
    [InlineData("select 1 drop table x", "'drop' is not allowed")]
    [InlineData("with gone as (delete from t returning *) select * from gone", "'delete' is not allowed")]
    [InlineData("select * into copy_of_t from t", "'into' is not allowed")]
    [InlineData("select * from t for update", "'update' is not allowed")]
    [InlineData("select 1 /* ; drop table x */", "Comments")]
    [InlineData("select 1 /*! ; drop table x */", "Comments")]
    [InlineData("select 1 -- x\n; drop table x", "Comments")]
    [InlineData("select 1 # x", "Comments")]
    [InlineData("select 'a\\'; drop table x; select '", "Backslashes")]
    [InlineData("select \"a\\\"; drop table x; select \"", "Backslashes")]
    [InlineData("select E'a' ", "Strings that begin with E'")]
    [InlineData("select q'[']' , 1, '] '", "Strings that begin with q'")]
    [InlineData("select $$a$$", "Strings within dollar signs")]
    [InlineData("select $x$ ' $x$; drop table t; select '", "Strings within dollar signs")]
    [InlineData("select [a'] ; drop table x; select '1]'", "Quotes within brackets")]
    [InlineData("select [a", "Quotes within brackets")]
    [InlineData("select 'never closed", "A ' is not closed")]
    [InlineData("select 1 \0 drop", "Comments, backslashes and control characters")]
    [InlineData("SeLeCt 1 WaItFoR DELAY '1:00'", "'WaItFoR' is not allowed")]
    public async Task What_is_not_one_query_is_not_run(string sql, string fault)
    {
        (await Should.ThrowAsync<FormatException>(QueryAsync(sql))).Message.ShouldContain(fault);

        _told.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_parameter_that_is_no_single_value_is_refused() =>
        (await Should.ThrowAsync<FormatException>(QueryAsync("select @a", parameters: new() { ["a"] = JsonElement.Parse("[1]") }))).Message.ShouldContain("The parameter 'a' is no single value");

    private async Task<string> QueryAsync(string sql, SqlQueryOptions? options = null, Dictionary<string, JsonElement>? parameters = null)
    {
        AgentTool query = SqlQuery.Create(() => new TableConnection(_table, _told), options);
        var arguments = new AIFunctionArguments { ["sql"] = sql, ["parameters"] = parameters };
        return ((JsonElement)(await query.InvokeAsync(arguments, TestContext.Current.CancellationToken))!).GetString()!;
    }
}
