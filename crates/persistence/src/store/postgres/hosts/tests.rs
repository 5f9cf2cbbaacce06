use crate::store::postgres::hosts::{Hosts, HostsError};

fn urls(url: &str) -> Vec<String> {
    Hosts::of(url).unwrap().each.into_iter().map(|host| host.url).collect()
}

fn names(url: &str) -> Vec<String> {
    Hosts::of(url).unwrap().each.into_iter().map(|host| host.name).collect()
}

#[test]
fn one_host_is_left_as_it_is() {
    for url in [
        "postgres://ascms:secret@db.example.nz/ascms?sslmode=verify-full",
        "postgresql://db.example.nz:5433/ascms",
        "postgres://[2001:db8::1]:5432/ascms",
        "postgres:///ascms?host=/run/postgresql",
        "postgres://%2Frun%2Fpostgresql/ascms",
        "postgres://ascms@db.example.nz",
        "postgres://ascms:a%2Cb%40c@db.example.nz/ascms",
    ] {
        assert_eq!(urls(url), [url]);
        assert!(!Hosts::of(url).unwrap().must_write);
    }
}

#[test]
fn several_hosts_become_an_address_each() {
    let url =
        "postgres://u:p@h1:5432,[::1]:5433,h3/db?target_session_attrs=read-write&sslmode=require";
    assert_eq!(
        urls(url),
        [
            "postgres://u:p@h1:5432/db?sslmode=require",
            "postgres://u:p@[::1]:5433/db?sslmode=require",
            "postgres://u:p@h3/db?sslmode=require",
        ]
    );
    assert_eq!(names(url), ["h1:5432", "[::1]:5433", "h3"]);
}

#[test]
fn hosts_and_ports_may_stand_in_the_query() {
    let url = "postgres://u:p@/db?host=h1,/run/two&port=5432%2C5433&application_name=a";
    assert_eq!(
        urls(url),
        [
            "postgres://u:p@/db?application_name=a&host=h1&port=5432",
            "postgres://u:p@/db?application_name=a&host=/run/two&port=5433",
        ]
    );
    assert_eq!(names(url), ["h1:5432", "/run/two:5433"]);
    let one_port = "postgres:///db?host=h1,h2&port=5433";
    assert_eq!(
        urls(one_port),
        ["postgres:///db?host=h1&port=5433", "postgres:///db?host=h2&port=5433"]
    );
}

#[test]
fn of_several_hosts_one_that_takes_writes_is_looked_for() {
    let must_write = |url| Hosts::of(url).unwrap().must_write;
    assert!(must_write("postgres://h1,h2/db"));
    assert!(must_write("postgres://h1,h2/db?target_session_attrs=primary"));
    assert!(must_write("postgres://h1/db?target_session_attrs=read-write"));
    assert!(!must_write("postgres://h1,h2/db?target_session_attrs=any"));
}

#[test]
fn what_cannot_be_meant_is_refused_without_the_password() {
    for (url, why) in [
        ("postgres:h1,h2", HostsError::NoAddress),
        ("postgres://u:hunter22@h1,,h2/db", HostsError::NoName),
        ("postgres://u:hunter22@h1,/db", HostsError::NoName),
        ("postgres://h1,h2/db?target_session_attrs=standby", HostsError::Target),
        ("postgres:///db?host=a,b,c&port=1,2", HostsError::Ports { hosts: 3, ports: 2 }),
    ] {
        assert_eq!(Hosts::of(url), Err(why.clone()), "{url}");
        assert!(!why.to_string().contains("hunter22"));
    }
}

#[test]
fn nothing_of_an_address_is_shown_by_accident() {
    let shown = format!("{:?}", Hosts::of("postgres://u:hunter22@h1,h2/db").unwrap());
    assert_eq!(shown, "[h1, h2]");
}
