use super::MonthColumn;

fn column(before: i64, cents: i64) -> String {
    MonthColumn { month: 3, before, cents }.html(100_000, 100_000)
}

#[test]
fn a_month_is_a_column_on_what_was_spent_before_it_below_the_line_of_the_budget() {
    let html = column(20_000, 50_000);
    for part in [
        "class=\"before\" x=\"15\" y=\"81.00\" width=\"70\" height=\"19.00\"",
        "class=\"met\" x=\"15\" y=\"33.50\" width=\"70\" height=\"47.50\"",
        "class=\"target\" x1=\"0\" y1=\"5.00\" x2=\"100\" y2=\"5.00\"",
        "data-cents=\"50000\"",
        "</b> $500.00</p>",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn a_month_in_which_more_came_back_than_was_spent_lowers_the_column() {
    let html = column(50_000, -10_000);
    for part in [
        "class=\"before\" x=\"15\" y=\"62.00\" width=\"70\" height=\"38.00\"",
        "class=\"met\" x=\"15\" y=\"62.00\" width=\"70\" height=\"0.00\"",
        "</b> −$100.00</p>",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn a_fund_without_a_budget_has_columns_of_no_height() {
    let html = MonthColumn { month: 1, before: 0, cents: 0 }.html(0, 0);
    assert!(html.contains("y1=\"100.00\"") && html.contains("height=\"0.00\""), "{html}");
}
